import { instantOf, parseWall, wallAt, wallText } from '@zaphub/types';
import type { Campaign, CampaignClock, CampaignSchedule, LatePolicy } from '@zaphub/types';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ZoneField } from '#components/region-fields.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { cn } from '#lib/class-names.ts';
import { browserZone } from '#lib/regions.ts';
import { useFormat } from '#lib/use-format.ts';
import { useDuration } from '#lib/use-duration.ts';
import { useWorkspace } from '#lib/workspace.ts';
import { HoursText } from './hours-card.tsx';
import { SchedulePreviewText } from './schedule-preview.tsx';
import { suggestedStart } from './suggested-start.ts';

interface ScheduleDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Whose schedule it is, with what is set already; null while it is not stored yet. */
  campaign: Campaign | null;
  busy: boolean;
  onConfirm: (schedule: CampaignSchedule) => void;
}

/** Takes a time in a named zone, and says what it is there and here, so that nobody is an ocean off. */
export function ScheduleDialog(props: ScheduleDialogProps) {
  // Mounted anew each time it opens, so that it starts from the present.
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ open, onOpenChange, campaign, busy, onConfirm }: ScheduleDialogProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const duration = useDuration();
  const { tenant } = useWorkspace();
  const current = campaign?.scheduled_at == null ? null : { ...campaign, at: campaign.scheduled_at };
  const [zone, setZone] = useState(current?.timezone ?? tenant.timezone);
  const [wall, setWall] = useState(
    () =>
      current?.starts_at_local ??
      wallText(
        current === null ? suggestedStart(wallAt(zone, Date.now())) : wallAt(zone, Date.parse(current.at)),
      ),
  );
  const [wasTried, setWasTried] = useState(false);
  const [clock, setClock] = useState<CampaignClock>(current?.clock ?? 'campaign');
  const [latePolicy, setLatePolicy] = useState<LatePolicy>(current?.late_policy ?? 'send');
  const [lateAfter, setLateAfter] = useState(String(current?.late_after_seconds ?? 3600));
  const here = browserZone();
  const wallMs = parseWall(wall);
  const instant = Number.isNaN(wallMs) ? undefined : new Date(instantOf(zone, wallMs));
  const error =
    instant === undefined
      ? t('campaigns.schedule.invalid')
      : clock === 'campaign' && instant.getTime() <= Date.now()
        ? t('campaigns.schedule.past')
        : undefined;
  const schedule: CampaignSchedule | undefined =
    instant === undefined || error !== undefined
      ? undefined
      : {
          timezone: zone,
          late_policy: latePolicy,
          late_after_seconds: Number(lateAfter),
          ...(clock === 'recipient'
            ? { starts_at_local: wall.slice(0, 16), clock }
            : { scheduled_at: instant.toISOString() }),
        };

  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('campaigns.schedule.title')}
      confirmLabel={t('campaigns.schedule.confirm')}
      cancelLabel={t('common.action.back')}
      busy={busy}
      onConfirm={() => {
        setWasTried(true);
        if (schedule !== undefined) onConfirm(schedule);
      }}
    >
      <div className="mt-1 flex flex-col gap-4 text-foreground">
        <Field label={t('campaigns.schedule.when')} error={wasTried || wall !== '' ? error : undefined}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={wall}
              min={wallText(wallAt(zone, Date.now()))}
              onChange={(event) => setWall(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('campaigns.schedule.zone')}>
          {(control) => <ZoneField {...control} value={zone} onChange={setZone} />}
        </Field>
        <Field label={t('campaigns.schedule.clock')}>
          {(control) => (
            <Select
              {...control}
              value={clock}
              onChange={setClock}
              options={[
                { value: 'campaign', label: t('campaigns.schedule.oneClock') },
                {
                  value: 'recipient',
                  label: t('campaigns.schedule.ownClock'),
                  note: t('campaigns.schedule.ownClockNote'),
                },
              ]}
            />
          )}
        </Field>
        <div
          className={cn(
            'grid gap-4 sm:gap-3',
            latePolicy !== 'send' && 'sm:grid-cols-[minmax(0,1fr)_8.5rem]',
          )}
        >
          <Field label={t('campaigns.schedule.late')}>
            {(control) => (
              <Select
                {...control}
                value={latePolicy}
                onChange={setLatePolicy}
                options={(['send', 'skip', 'ask'] as const).map((value) => ({
                  value,
                  label: t(`campaigns.schedule.latePolicy.${value}`),
                }))}
              />
            )}
          </Field>
          {/* Without a policy that heeds it, it says nothing. */}
          {latePolicy === 'send' ? null : (
            <Field label={t('campaigns.schedule.lateAfter')}>
              {(control) => (
                <Select
                  {...control}
                  value={lateAfter}
                  onChange={setLateAfter}
                  options={[...new Set([900, 3600, 21_600, 86_400, Number(lateAfter)])].map((seconds) => ({
                    value: String(seconds),
                    label: duration(seconds),
                  }))}
                />
              )}
            </Field>
          )}
        </div>
        {campaign === null ? null : (
          <section className="flex flex-col gap-1.5 text-[0.8125rem]">
            <h3 className="text-sm font-medium">{t('campaigns.hours.title')}</h3>
            <HoursText campaign={{ ...campaign, clock, timezone: zone }} />
          </section>
        )}
        <dl
          aria-live="polite"
          className="flex min-h-[4.75rem] flex-col gap-2 rounded-xl bg-muted p-3 text-[0.8125rem]"
        >
          {instant === undefined ? null : (
            <>
              <ZoneLine
                label={t('campaigns.schedule.there', { zone: zone.replaceAll('_', ' ') })}
                value={format.fullDateTime(instant, zone)}
              />
              {here === zone ? null : (
                <ZoneLine
                  label={t('campaigns.schedule.here', { zone: here.replaceAll('_', ' ') })}
                  value={format.fullDateTime(instant, here)}
                />
              )}
            </>
          )}
        </dl>
        {campaign === null || schedule === undefined ? null : (
          <section
            aria-label={t('campaigns.schedule.means')}
            aria-live="polite"
            className="min-h-16 rounded-xl border p-3 text-[0.8125rem] text-pretty"
          >
            <SchedulePreviewText campaignId={campaign.id} schedule={schedule} />
          </section>
        )}
      </div>
    </ConfirmDialog>
  );
}

function ZoneLine({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="font-medium tabular-nums">{value}</dd>
    </div>
  );
}
