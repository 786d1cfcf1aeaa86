import type { Connection, ConnectionDetail } from '@zaphub/types';
import type { QueryClient } from '@tanstack/react-query';
import { askAgain, patchLists } from '#lib/patch-lists.ts';
import { connectionKeys } from './keys.ts';

/** Writes a connection as it is now into whatever the cache holds of it. */
export function applyConnectionEvent(
  queryClient: QueryClient,
  tenantId: string | null,
  connection: Connection,
): void {
  queryClient.setQueryData<ConnectionDetail>(connectionKeys.detail(tenantId, connection.id), (before) =>
    before === undefined ? before : { ...before, ...connection },
  );
  void queryClient.invalidateQueries({ queryKey: connectionKeys.health(tenantId, connection.id) });
  const lists = { queryKey: connectionKeys.list(tenantId) };
  const listed = patchLists<Connection>(queryClient, lists.queryKey, connection);
  if (listed.length === 0) askAgain(queryClient, lists);
}
