import type { Connection } from '@zaphub/types';
import { CircleAlert, CircleCheck, CirclePause, LoaderCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cn } from '#lib/class-names.ts';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { statusTones, useHoldEndWords, useHoldWords, useStatusWords } from './connection-words.ts';

const looks = {
  success: { icon: CircleCheck, style: 'bg-success-soft text-success-text' },
  info: { icon: LoaderCircle, style: 'bg-info-soft text-info-text' },
  warning: { icon: CircleAlert, style: 'bg-warning-soft text-warning-text' },
  danger: { icon: CircleAlert, style: 'bg-danger-soft text-danger-text' },
  neutral: { icon: CirclePause, style: 'bg-muted text-muted-foreground' },
} as const;

/** How a number is, why, and what to do about it. */
export function StatusCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(10_000);
  const { what, remedy } = useStatusWords()(connection);
  const holdWords = useHoldWords();
  const holdEnd = useHoldEndWords();
  const tone = statusTones[connection.status];
  const { icon: Icon, style } = looks[connection.hold !== null && tone === 'success' ? 'warning' : tone];
  return (
    <section className="card flex items-start gap-4 p-4 sm:p-5" aria-live="polite">
      <span aria-hidden className={cn('flex size-11 shrink-0 items-center justify-center rounded-xl', style)}>
        <Icon className="size-5.5" strokeWidth={1.9} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="text-[0.9375rem] font-semibold tracking-tight text-pretty">
          {connection.hold !== null && connection.status === 'connected'
            ? t('connections.hold.connected')
            : what}
        </p>
        {remedy === null ? null : <p className="mt-1 text-sm leading-relaxed text-pretty">{remedy}</p>}
        {connection.hold === null ? null : (
          <p className="mt-2 rounded-lg bg-warning-soft px-3 py-2 text-sm leading-snug text-pretty text-warning-text">
            {holdWords(connection.hold.cause)} {holdEnd(connection.hold)}
          </p>
        )}
        <p className="mt-1.5 text-[0.8125rem] text-muted-foreground">
          {t('connections.since', { time: format.ago(connection.status_at, now) })}
        </p>
      </div>
    </section>
  );
}
