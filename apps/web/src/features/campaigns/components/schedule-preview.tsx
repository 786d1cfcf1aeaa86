import type { CampaignSchedule } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { cn } from '#lib/class-names.ts';
import { useApi } from '#lib/services.tsx';
import { useDebounced } from '#lib/use-debounced.ts';
import { useFormat } from '#lib/use-format.ts';
import { schedulePreviewQuery } from '../api/preview-schedule.ts';
import { scheduleSentences } from './schedule-sentences.ts';

interface SchedulePreviewProps {
  campaignId: string;
  schedule: CampaignSchedule;
}

const mostZones = 4;

/** What the schedule on screen would mean, asked from the server while it is being changed. */
export function SchedulePreviewText({ campaignId, schedule }: SchedulePreviewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const settled = useDebounced(JSON.stringify(schedule), 400);
  // What was made of a schedule, one line above.
  const asked = JSON.parse(settled) as CampaignSchedule;
  const preview = useQuery(schedulePreviewQuery(useApi(), campaignId, asked));
  const { data } = preview;
  if (data === undefined) return null;
  const { zones } = data;
  return (
    <div
      aria-busy={preview.isPlaceholderData}
      className={cn('flex flex-col gap-2 transition-opacity', preview.isPlaceholderData && 'opacity-60')}
    >
      {scheduleSentences(t, format, { preview: data, schedule: asked }).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {zones.length < 2 ? null : (
        <ul className="flex flex-col gap-1 text-muted-foreground">
          {zones.slice(0, mostZones).map(({ zone, recipients, begins_at: beginsAt }) => (
            <li key={zone} className="flex flex-wrap justify-between gap-x-3">
              <span>
                {zone.replaceAll('_', ' ')} · {t('campaigns.schedule.people', { count: recipients })}
              </span>
              <span className="tabular-nums">{format.dateTime(beginsAt, zone)}</span>
            </li>
          ))}
          {zones.length - mostZones + data.more_zones > 0 ? (
            <li>
              {t('campaigns.schedule.moreZones', { count: zones.length - mostZones + data.more_zones })}
            </li>
          ) : null}
        </ul>
      )}
    </div>
  );
}
