import type { Connection, SenderPool } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { statusTones, useHoldWords, useStatusWords } from '#features/connections/index.ts';

/** Why a number of a pool cannot send now, in a sentence; null for one that can. */
export function useMemberWords(): (
  connection: Connection,
  member: SenderPool['members'][0] | undefined,
) => string | null {
  const { t } = useTranslation();
  const holdWords = useHoldWords();
  const statusWords = useStatusWords();
  return (connection, member) => {
    if (connection.hold !== null) return holdWords(connection.hold.cause);
    const tone = statusTones[connection.status];
    if (tone !== 'success' && connection.status !== 'degraded') return statusWords(connection).what;
    // Connected and not held, but out of its pool: nothing but its day can be the cause.
    const isOut = member !== undefined && member.stopped_at !== null;
    return isOut ? t('senderPools.member.usedUp') : null;
  };
}
