import type { Connection, ConnectionHealth } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#lib/use-format.ts';
import { needsSession } from './connection-words.ts';

type Sending = ConnectionHealth['sending'];

interface Rule {
  key: string;
  label: string;
  value: string;
  note: string;
}

/** What a number is judged by: what was counted, and from where on it would be slowed or stopped. */
export function HealthRules({ connection, sending }: { connection: Connection; sending: Sending }) {
  const { t } = useTranslation();
  const rules = useRules(connection, sending);
  const { last_hour: hour, rules: judged } = sending;
  const asked = hour.sent + hour.failed;
  return (
    <div className="flex flex-col gap-2">
      <h3 className="text-[0.8125rem] font-medium">{t('connections.sending.judgedBy')}</h3>
      <dl className="divide-y text-sm">
        {rules.map(({ key, label, value, note }) => (
          <div key={key} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 py-2.5">
            <dt>{label}</dt>
            <dd className="text-right font-medium tabular-nums">{value}</dd>
            <dd className="col-span-2 text-[0.8125rem] text-pretty text-muted-foreground">{note}</dd>
          </div>
        ))}
      </dl>
      {asked < judged.least_messages ? (
        <p className="text-[0.8125rem] text-pretty text-muted-foreground">
          {t('connections.sending.tooFew', { count: judged.least_messages })}
        </p>
      ) : null}
    </div>
  );
}

function useRules(connection: Connection, sending: Sending): Rule[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { last_hour: hour, last_week: week, rules, unanswered_limit: limit } = sending;
  const asked = hour.sent + hour.failed;
  const of = (part: number, whole: number): string =>
    whole === 0
      ? t('connections.sending.none')
      : t('connections.sending.of', {
          part: format.number(part),
          whole: format.number(whole),
          share: format.percent(part / whole),
        });
  const list: Rule[] = [
    {
      key: 'failed',
      label: t('connections.sending.failed'),
      value: of(hour.failed, asked),
      note: t('connections.sending.failedNote', {
        slow: format.percent(rules.slowed.failed01),
        stop: format.percent(rules.stopped.failed01),
      }),
    },
    {
      key: 'blocked',
      label: t('connections.sending.blocked'),
      value: of(hour.blocked, asked),
      note: t('connections.sending.blockedNote', {
        slow: format.percent(rules.slowed.blocked01),
        stop: format.percent(rules.stopped.blocked01),
        least: format.number(rules.least_blocks),
      }),
    },
    {
      key: 'replied',
      label: t('connections.sending.replied'),
      value: of(week.replied, week.sent),
      note: needsSession(connection)
        ? t('connections.sending.repliedNote', {
            share: format.percent(rules.replied.share01),
            least: format.number(rules.replied.least_messages),
          })
        : t('connections.sending.repliedFree'),
    },
  ];
  if (limit === null) return list;
  const unanswered = Math.max(0, week.sent - week.replied);
  return [
    ...list,
    {
      key: 'unanswered',
      label: t('connections.sending.unanswered'),
      value: format.number(unanswered),
      note: t('connections.sending.unansweredNote', { limit: format.number(limit) }),
    },
  ];
}
