import type { CampaignCounters, MessageState } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { cn } from '#lib/class-names.ts';
import { useFormat } from '#lib/use-format.ts';

type Bucket = Exclude<keyof CampaignCounters, 'total'>;

const buckets: readonly { key: Bucket; state: MessageState; dot: string; always: boolean }[] = [
  { key: 'open', state: 'pending', dot: 'bg-muted-foreground/35', always: true },
  { key: 'sent', state: 'sent', dot: 'bg-info', always: true },
  { key: 'delivered', state: 'delivered', dot: 'bg-delivered', always: true },
  { key: 'read', state: 'read', dot: 'bg-primary', always: true },
  { key: 'skipped', state: 'skipped', dot: 'bg-muted-foreground/60', always: true },
  { key: 'dlq', state: 'dlq', dot: 'bg-danger', always: true },
  { key: 'failed', state: 'failed', dot: 'bg-danger', always: false },
  { key: 'unknown', state: 'unknown', dot: 'bg-warning', always: false },
];

interface BucketsProps {
  counters: CampaignCounters;
  /** The state that the list of recipients is filtered by. */
  selected: MessageState | undefined;
  onSelect: (state: MessageState | undefined) => void;
}

/** Every recipient is in exactly one of these; choosing one shows who they are. */
export function Buckets({ counters, selected, onSelect }: BucketsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = buckets.filter(({ key, always }) => always || counters[key] > 0);
  return (
    <div
      role="group"
      aria-label={t('campaigns.recipients.filter')}
      className={cn(
        'grid grid-cols-2 gap-2 sm:grid-cols-3',
        shown.length > 6 ? 'lg:grid-cols-4' : 'lg:grid-cols-6',
      )}
    >
      {shown.map(({ key, state, dot }) => (
        <button
          key={key}
          type="button"
          aria-pressed={selected === state}
          onClick={() => onSelect(selected === state ? undefined : state)}
          className={cn(
            'card flex flex-col items-start px-3.5 py-3 text-left transition-[border-color,background-color] hover:border-input hover:bg-muted/40 aria-pressed:border-primary aria-pressed:bg-primary-soft/50',
          )}
        >
          <span className="flex items-center gap-2 text-[0.8125rem] font-medium">
            <span aria-hidden className={cn('size-2 rounded-full', dot)} />
            {t(`campaigns.bucket.${key}`)}
          </span>
          <span
            className="mt-1 text-xl font-semibold tracking-tight tabular-nums"
            data-testid={`bucket-${key}`}
          >
            {format.number(counters[key])}
          </span>
          <span className="text-xs text-muted-foreground">{t(`campaigns.bucketNote.${key}`)}</span>
        </button>
      ))}
    </div>
  );
}
