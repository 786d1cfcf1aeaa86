import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { type Campaign, holidayCountry, type SendingHours, weekday, type Weekday } from '@zaphub/types';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input, Textarea } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useFormat } from '#lib/use-format.ts';
import { useCan } from '#lib/workspace.ts';
import { useSetHours } from '../api/set-hours.ts';
import { hoursOf, type HoursValues, valuesOf } from './hours-values.ts';

/** When a campaign may send: shown, and changed also while it is being sent. */
export function HoursCard({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const canSend = useCan('operator');
  const [isEditing, setEditing] = useState(false);
  const canChange = canSend && !['completed', 'cancelled', 'failed'].includes(campaign.status);
  return (
    <Card title={t('campaigns.hours.title')}>
      {isEditing ? (
        <HoursForm campaign={campaign} onDone={() => setEditing(false)} />
      ) : (
        <div className="flex flex-col gap-3 text-sm">
          <HoursText campaign={campaign} />
          {canChange ? (
            <div>
              <Button variant="secondary" size="sm" onClick={() => setEditing(true)}>
                {t(campaign.hours === null ? 'campaigns.hours.set' : 'campaigns.hours.change')}
              </Button>
            </div>
          ) : null}
        </div>
      )}
    </Card>
  );
}

/** When a campaign may send, in words: windows by weekday, whose zone, days without sending. */
export function HoursText({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { hours } = campaign;
  if (hours === null) return <p className="text-muted-foreground">{t('campaigns.hours.always')}</p>;
  const zone =
    campaign.clock === 'recipient'
      ? t('campaigns.hours.ofRecipient')
      : t('campaigns.hours.ofZone', { zone: campaign.timezone.replaceAll('_', ' ') });
  const isWaiting =
    campaign.status === 'running' &&
    campaign.opens_at !== null &&
    new Date(campaign.opens_at).getTime() > Date.now();
  return (
    <>
      <ul className="flex flex-col gap-1">
        {hours.windows.map((window) => (
          <li key={`${window.days.join()}${window.from}`}>
            <span className="font-medium">
              {window.days.map((day) => t(`campaigns.hours.day.${day}`)).join(', ')}
            </span>{' '}
            <span className="tabular-nums">
              {window.from}–{window.to}
            </span>
          </li>
        ))}
      </ul>
      <p className="text-muted-foreground">{zone}</p>
      <HolidayText hours={hours} />
      {isWaiting && campaign.opens_at !== null ? (
        <p className="font-medium" role="status">
          {t('campaigns.hours.opens', { when: format.dateTime(campaign.opens_at, campaign.timezone) })}
        </p>
      ) : null}
    </>
  );
}

function HolidayText({ hours }: { hours: SendingHours }) {
  const { t } = useTranslation();
  const format = useFormat();
  const notes = [
    ...(hours.holiday_country === null
      ? []
      : [t('campaigns.hours.national', { country: format.country(hours.holiday_country) })]),
    ...(hours.holidays.length === 0 ? [] : [t('campaigns.hours.days', { count: hours.holidays.length })]),
  ];
  return (
    <p className="text-muted-foreground">
      {notes.length === 0 ? null : `${notes.join(' · ')} · `}
      <Link to="/campaigns/holidays" className="underline underline-offset-2 hover:text-foreground">
        {t('campaigns.holidays.link')}
      </Link>
    </p>
  );
}

function HoursForm({ campaign, onDone }: { campaign: Campaign; onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const toastError = useToastError();
  const save = useSetHours(campaign.id);
  const daysLabel = useId();
  const [values, setValues] = useState<HoursValues>(() => valuesOf(campaign.hours));
  const change = (part: Partial<HoursValues>): void => setValues((before) => ({ ...before, ...part }));
  const hours = hoursOf(values, campaign.hours);

  function store(next: SendingHours | null): void {
    save.mutate(next, {
      onSuccess: () => {
        toast.success(t('campaigns.hours.saved'));
        onDone();
      },
      onError: (error) => toastError(t('campaigns.hours.failed'), error),
    });
  }

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (hours !== undefined) store(hours);
      }}
    >
      <div className="flex flex-col gap-1.5">
        <span id={daysLabel} className="text-sm font-medium">
          {t('campaigns.hours.onDays')}
        </span>
        <ToggleGroup
          multiple
          aria-labelledby={daysLabel}
          value={[...values.days]}
          onValueChange={(next: string[]) =>
            change({ days: weekday.options.filter((day: Weekday) => next.includes(day)) })
          }
          className="grid max-w-md grid-cols-7 gap-1"
        >
          {weekday.options.map((day) => (
            <Toggle
              key={day}
              value={day}
              className="h-10 min-w-0 rounded-control border px-0 text-[0.8125rem] font-medium text-muted-foreground data-pressed:border-primary data-pressed:bg-primary-soft data-pressed:text-foreground md:h-9"
            >
              {t(`campaigns.hours.day.${day}`)}
            </Toggle>
          ))}
        </ToggleGroup>
      </div>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('campaigns.hours.from')}>
          {(control) => (
            <Input
              {...control}
              type="time"
              value={values.from}
              onChange={(event) => change({ from: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('campaigns.hours.to')} hint={t('campaigns.hours.toHint')}>
          {(control) => (
            <Input
              {...control}
              type="time"
              value={values.to === '24:00' ? '00:00' : values.to}
              onChange={(event) => change({ to: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Field label={t('campaigns.hours.country')}>
        {(control) => (
          <Select
            {...control}
            value={values.country}
            onChange={(country) => change({ country })}
            options={[
              { value: 'none', label: t('campaigns.hours.noCountry') },
              ...holidayCountry.options.map((code) => ({ value: code, label: format.country(code) })),
            ]}
          />
        )}
      </Field>
      <Field label={t('campaigns.hours.holidays')} hint={t('campaigns.hours.holidaysHint')}>
        {(control) => (
          <Textarea
            {...control}
            className="min-h-16 font-mono"
            value={values.holidays}
            onChange={(event) => change({ holidays: event.target.value })}
          />
        )}
      </Field>
      {hours === undefined ? (
        <p role="alert" className="text-[0.8125rem] text-danger-text">
          {t('campaigns.hours.invalid')}
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" size="sm" disabled={save.isPending || hours === undefined}>
          {t('campaigns.hours.save')}
        </Button>
        <Button variant="secondary" size="sm" disabled={save.isPending} onClick={onDone}>
          {t('common.action.cancel')}
        </Button>
        {campaign.hours === null ? null : (
          <Button variant="ghost" size="sm" disabled={save.isPending} onClick={() => store(null)}>
            {t('campaigns.hours.clear')}
          </Button>
        )}
      </div>
    </form>
  );
}
