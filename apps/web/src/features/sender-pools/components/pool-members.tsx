import type { Connection, SenderPool } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { Card } from '#components/ui/card.tsx';
import { Input } from '#components/ui/input.tsx';
import { Switch } from '#components/ui/switch.tsx';
import { ConnectionStatusBadge, useConnectionSummary } from '#features/connections/index.ts';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useCan } from '#lib/workspace.ts';
import { share01Of, type PoolValues } from './pool-values.ts';
import { useMemberWords } from './use-member-words.ts';

interface PoolMembersProps {
  pool: SenderPool | undefined;
  connections: readonly Connection[];
  values: PoolValues;
  /** Ids of numbers whose weight does not fit, and `members` when there is none. */
  wrong: ReadonlySet<string>;
  onChange: (weights: PoolValues['weights']) => void;
}

/** All numbers of the workspace: which are in, with what weight and share, and why one of them cannot send now. */
export function PoolMembers({ pool, connections, values, wrong, onChange }: PoolMembersProps) {
  const { t } = useTranslation();
  const missing = pool?.members.filter(
    (member) => !connections.some(({ id }) => id === member.connection_id),
  );
  return (
    <Card title={t('senderPools.form.members')} note={t('senderPools.form.membersHint')} flush>
      <ul className="divide-y">
        {connections.map((connection) => (
          <Member
            key={connection.id}
            connection={connection}
            member={pool?.members.find((one) => one.connection_id === connection.id)}
            values={values}
            isWrong={wrong.has(connection.id)}
            onChange={onChange}
          />
        ))}
      </ul>
      {missing === undefined || missing.length === 0 ? null : (
        <p className="border-t px-4 py-3 text-sm text-muted-foreground sm:px-5">
          {t('senderPools.form.gone', { count: missing.length })}
        </p>
      )}
      {wrong.has('members') ? (
        <p role="alert" className="border-t px-4 py-3 text-sm text-danger-text sm:px-5">
          {t('senderPools.form.oneNeeded')}
        </p>
      ) : null}
    </Card>
  );
}

interface MemberProps {
  connection: Connection;
  member: SenderPool['members'][0] | undefined;
  values: PoolValues;
  isWrong: boolean;
  onChange: (weights: PoolValues['weights']) => void;
}

function Member({ connection, member, values, isWrong, onChange }: MemberProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  const canEdit = useCan('operator');
  const summary = useConnectionSummary();
  const trouble = useMemberWords()(connection, member);
  const { id, name } = connection;
  const weight = values.weights[id];
  const isIn = weight !== undefined;
  const { [id]: _removed, ...others } = values.weights;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3.5 sm:px-5">
      <Switch
        checked={isIn}
        disabled={!canEdit}
        onCheckedChange={(next) => onChange(next ? { ...values.weights, [id]: '1' } : others)}
        aria-label={t('senderPools.form.include', { name })}
      />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="min-w-0 truncate text-sm font-medium">{name}</span>
          <ConnectionStatusBadge connection={connection} />
        </p>
        <p className="truncate text-[0.8125rem] text-muted-foreground">{summary(connection)}</p>
        {!isIn || trouble === null ? null : (
          <p className="mt-1 text-[0.8125rem] leading-snug text-pretty text-warning-text">
            {trouble}{' '}
            {member?.stopped_at === null || member?.stopped_at === undefined
              ? null
              : t('senderPools.member.since', { when: format.ago(member.stopped_at, now) })}
          </p>
        )}
      </div>
      {isIn ? (
        <div className="ml-14 flex w-full flex-col gap-1 sm:ml-0 sm:w-auto sm:items-end">
          <span className="flex items-center gap-2">
            <label htmlFor={`weight-${id}`} className="text-[0.8125rem] text-muted-foreground">
              {t('senderPools.form.weight')}
            </label>
            <Input
              id={`weight-${id}`}
              className="w-16 text-right"
              inputMode="numeric"
              autoComplete="off"
              aria-label={t('senderPools.form.weightOf', { name })}
              aria-invalid={isWrong ? true : undefined}
              disabled={!canEdit}
              value={weight}
              onChange={(event) => onChange({ ...values.weights, [id]: event.target.value })}
            />
          </span>
          <span className="text-xs text-muted-foreground tabular-nums">
            {t('senderPools.form.share', { share: format.percent(share01Of(values, id)) })}
          </span>
          {isWrong ? (
            <span role="alert" className="text-xs text-danger-text">
              {t('common.validation.whole', { min: 1, max: 100 })}
            </span>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}
