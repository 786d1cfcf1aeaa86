import type { Holiday } from '@zaphub/types';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { useCan } from '#lib/workspace.ts';
import { withHolidays, withoutHoliday } from './holiday-list.ts';
import { HolidayRows } from './holiday-rows.tsx';

interface OwnHolidaysCardProps {
  holidays: readonly Holiday[];
  busy: boolean;
  onChange: (holidays: readonly Holiday[]) => void;
}

/** The workspace's days without sending: shown, added one by one, taken out. */
export function OwnHolidaysCard({ holidays, busy, onChange }: OwnHolidaysCardProps) {
  const { t } = useTranslation();
  const canEdit = useCan('operator');
  const [day, setDay] = useState('');
  const [name, setName] = useState('');
  const isKnown = holidays.some((holiday) => holiday.day === day);

  function add(event: FormEvent): void {
    event.preventDefault();
    if (day === '' || name.trim() === '' || isKnown) return;
    onChange(withHolidays(holidays, [{ day, name: name.trim() }]));
    setDay('');
    setName('');
  }

  return (
    <Card title={t('campaigns.holidays.own')} note={t('campaigns.holidays.ownNote')}>
      <div className="flex flex-col gap-4">
        {holidays.length === 0 ? (
          <p className="text-sm text-muted-foreground">{t('campaigns.holidays.none')}</p>
        ) : (
          <HolidayRows
            holidays={holidays}
            onRemove={canEdit && !busy ? (gone) => onChange(withoutHoliday(holidays, gone)) : undefined}
          />
        )}
        {canEdit ? (
          <form onSubmit={add} className="grid items-start gap-3 sm:grid-cols-[10rem_minmax(0,1fr)_auto]">
            <Field
              label={t('campaigns.holidays.day')}
              error={isKnown ? t('campaigns.holidays.known') : undefined}
            >
              {(control) => (
                <Input
                  {...control}
                  type="date"
                  value={day}
                  onChange={(event) => setDay(event.target.value)}
                />
              )}
            </Field>
            <Field label={t('campaigns.holidays.name')}>
              {(control) => (
                <Input
                  {...control}
                  value={name}
                  maxLength={120}
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </Field>
            <Button
              type="submit"
              variant="secondary"
              className="sm:mt-[1.625rem]"
              busy={busy}
              disabled={day === '' || name.trim() === '' || isKnown}
            >
              {t('campaigns.holidays.addOne')}
            </Button>
          </form>
        ) : null}
      </div>
    </Card>
  );
}
