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

/** Chooses an IANA time zone; with `inherited`, the words for none of its own, whose value is empty. */
export function ZoneField({ inherited, ...props }: RegionFieldProps & { inherited?: string }) {
  const { t } = useTranslation();
  const { value } = props;
  const options = useMemo(() => {
    const zones = timeZones();
    // A zone kept on the server may have a name that this browser has retired.
    const all = value === '' || zones.includes(value) ? zones : [value, ...zones];
    const named = all.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
    return inherited === undefined ? named : [{ value: '', label: inherited }, ...named];
  }, [value, inherited]);
  return <Combobox {...props} options={options} emptyText={t('common.field.noMatch')} />;
}
