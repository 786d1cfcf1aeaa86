import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { countryCodes, timeZones } from '#lib/regions.ts';
import { useFormat } from '#lib/use-format.ts';
import { Combobox } from './ui/combobox.tsx';

interface RegionFieldProps {
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: true | undefined;
}

/** Chooses a country by name; the value is its ISO 3166-1 alpha-2 code. */
export function CountryField(props: RegionFieldProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const options = useMemo(
    () =>
      countryCodes
        .map((code) => ({ value: code, label: format.country(code), note: code }))
        .sort((a, b) => a.label.localeCompare(b.label, i18n.language)),
    [format, i18n.language],
  );
  return <Combobox {...props} options={options} emptyText={t('common.field.noMatch')} />;
}

/** Chooses an IANA time zone. */
export function ZoneField(props: RegionFieldProps) {
  const { t } = useTranslation();
  const { value } = props;
  const options = useMemo(() => {
    const zones = timeZones();
    // A zone kept on the server may have a name that this browser has retired.
    const all = zones.includes(value) ? zones : [value, ...zones];
    return all.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
  }, [value]);
  return <Combobox {...props} options={options} emptyText={t('common.field.noMatch')} />;
}
