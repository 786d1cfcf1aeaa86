import type { Page } from '@zaphub/types';
import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';

/**
 * Writes a change of one row into every cached list under `queryKey` that holds it, and answers those rows as they
 * were. The lists stay as old as they are: a list that was due to be asked again still is, for it may lack rows.
 */
export function patchLists<T extends { id: string }>(
  queryClient: QueryClient,
  queryKey: QueryKey,
  change: Partial<T> & { id: string },
): T[] {
  const before: T[] = [];
  for (const query of queryClient.getQueryCache().findAll({ queryKey })) {
    const page = queryClient.getQueryData<Page<T>>(query.queryKey);
    const row = page?.data.find(({ id }) => id === change.id);
    if (page === undefined || row === undefined) continue;
    before.push(row);
    const { dataUpdatedAt, isInvalidated } = query.state;
    const data = page.data.map((item) => (item === row ? { ...item, ...change } : item));
    queryClient.setQueryData<Page<T>>(query.queryKey, { ...page, data }, { updatedAt: dataUpdatedAt });
    // Setting data declares it fresh.
    if (isInvalidated) {
      void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true, refetchType: 'none' });
    }
  }
  return before;
}

/** Events about a row that no list holds come several times a second; the lists need not be asked as often. */
const soonestMs = 3_000;

/** Has lists asked again that may lack a row, except those that were asked a moment ago. */
export function askAgain(queryClient: QueryClient, lists: { queryKey: QueryKey }): void {
  const predicate = (query: Query) => Date.now() - query.state.dataUpdatedAt > soonestMs;
  void queryClient.invalidateQueries({ ...lists, predicate }, { cancelRefetch: false });
}
