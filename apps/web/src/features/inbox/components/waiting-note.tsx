import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import {
  connectionsQuery,
  numberLimitsQuery,
  useHoldEndWords,
  useHoldWords,
} from '#features/connections/index.ts';
import { useApi } from '#lib/services.tsx';
import { useWorkspace } from '#lib/workspace.ts';

/** Why an answer has not left yet, where it is its number that keeps it back. */
export function WaitingNote({ connectionId }: { connectionId: string }) {
  const why = useWhyWaiting(connectionId);
  const note = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // It comes after the answer that it explains has been scrolled to.
    note.current?.scrollIntoView({ block: 'nearest' });
  }, [why]);
  return why === undefined ? null : (
    <p
      ref={note}
      role="status"
      className="max-w-[85%] scroll-mb-4 self-end rounded-xl bg-warning-soft px-3 py-2 text-[0.8125rem] text-pretty text-warning-text"
    >
      {why}
    </p>
  );
}

function useWhyWaiting(connectionId: string): string | undefined {
  const { t } = useTranslation();
  const api = useApi();
  const { tenant } = useWorkspace();
  const holdWords = useHoldWords();
  const holdEnd = useHoldEndWords();
  const connections = useQuery(connectionsQuery(api));
  const limits = useQuery(numberLimitsQuery(api, connectionId)).data;
  const hold = connections.data?.data.find(({ id }) => id === connectionId)?.hold ?? null;
  if (hold !== null) return `${t('inbox.waits.held')} ${holdWords(hold.cause)} ${holdEnd(hold)}`;
  if (limits?.left_today !== 0) return undefined;
  return t('inbox.waits.usedUp', { zone: (limits.timezone ?? tenant.timezone).replaceAll('_', ' ') });
}
