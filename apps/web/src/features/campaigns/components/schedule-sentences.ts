import type { CampaignSchedule, SchedulePreview } from '@zaphub/types';
import type { TFunction } from 'i18next';
import type { Format } from '#lib/format.ts';

/** What a schedule means, one sentence each, the most important first. */
export function scheduleSentences(
  t: TFunction,
  format: Pick<Format, 'fullDateTime' | 'number'>,
  { preview, schedule }: { preview: SchedulePreview; schedule: CampaignSchedule },
): readonly string[] {
  const at = (instant: string): string => format.fullDateTime(instant, schedule.timezone);
  const first = at(preview.first_at);
  const isSpread = preview.last_zone_at !== preview.first_at;
  const sentences: (string | false)[] = [
    startSentence(t, preview, first),
    isSpread && t('campaigns.schedule.says.lastZone', { when: at(preview.last_zone_at) }),
    preview.too_late > 0 &&
      t(`campaigns.schedule.says.${schedule.late_policy === 'skip' ? 'tooLate' : 'lateSent'}`, {
        count: preview.too_late,
      }),
    preview.finishes_at === null
      ? t('campaigns.schedule.says.noEnd')
      : t('campaigns.schedule.says.end', { when: at(preview.finishes_at) }),
  ];
  return sentences.filter((sentence) => sentence !== false);
}

function startSentence(t: TFunction, { wait }: SchedulePreview, when: string): string {
  if (wait === null) return t('campaigns.schedule.says.start', { when });
  if (wait.cause === 'hours') return t('campaigns.schedule.says.closed', { when });
  return wait.holiday === null || wait.holiday === ''
    ? t('campaigns.schedule.says.freeDay', { when })
    : t('campaigns.schedule.says.holiday', { when, holiday: wait.holiday });
}
