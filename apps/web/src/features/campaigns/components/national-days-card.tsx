import { holidayCountry, type Holiday, type HolidayCountry } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { CalendarPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Field } from '#components/ui/field.tsx';
import { Select } from '#components/ui/select.tsx';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useCan, useWorkspace } from '#lib/workspace.ts';
import { nationalHolidaysQuery } from '../api/holidays.ts';
import { HolidayRows } from './holiday-rows.tsx';

interface NationalDaysCardProps {
  /** Days that are on the workspace's list. */
  known: ReadonlySet<string>;
  busy: boolean;
  onAdd: (holidays: readonly Holiday[]) => void;
}

/** The national days of a country, to be put on the workspace's list with one click. */
export function NationalDaysCard({ known, busy, onAdd }: NationalDaysCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const canEdit = useCan('operator');
  const { tenant } = useWorkspace();
  const thisYear = useNow(3_600_000).getFullYear();
  const own = holidayCountry.options.find((code) => code === tenant.default_country);
  const [country, setCountry] = useState<HolidayCountry>(own ?? 'BR');
  const [year, setYear] = useState(String(thisYear));
  const national = useQuery(nationalHolidaysQuery(useApi(), country, Number(year)));
  const missing = (national.data?.holidays ?? []).filter(({ day }) => !known.has(day));
  return (
    <Card title={t('campaigns.holidays.national')} note={t('campaigns.holidays.nationalNote')}>
      <div className="flex flex-col gap-4">
        <div className="grid grid-cols-[minmax(0,1fr)_7rem] gap-3">
          <Field label={t('campaigns.holidays.country')}>
            {(control) => (
              <Select
                {...control}
                value={country}
                onChange={setCountry}
                options={holidayCountry.options.map((code) => ({ value: code, label: format.country(code) }))}
              />
            )}
          </Field>
          <Field label={t('campaigns.holidays.year')}>
            {(control) => (
              <Select
                {...control}
                value={year}
                onChange={setYear}
                options={[0, 1, 2].map((ahead) => {
                  const value = String(thisYear + ahead);
                  return { value, label: value };
                })}
              />
            )}
          </Field>
        </div>
        <QueryView
          query={national}
          what={t('campaigns.holidays.failed')}
          skeleton={<RowsSkeleton rows={5} />}
        >
          {({ holidays }) => <HolidayRows holidays={holidays} />}
        </QueryView>
        {canEdit ? (
          <Button
            variant="secondary"
            busy={busy}
            disabled={missing.length === 0}
            onClick={() => onAdd(missing)}
          >
            <CalendarPlus aria-hidden />
            {missing.length === 0
              ? t('campaigns.holidays.allAdded')
              : t('campaigns.holidays.add', { count: missing.length })}
          </Button>
        ) : null}
      </div>
    </Card>
  );
}
