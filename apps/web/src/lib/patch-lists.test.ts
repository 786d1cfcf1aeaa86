import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { patchLists } from './patch-lists.ts';

interface Row {
  id: string;
  status: string;
}

const page = (...data: Row[]) => ({ data, has_more: false, next_cursor: null });

test('changes the row wherever it is listed, and nothing else', () => {
  const client = new QueryClient();
  const other = { id: 'b', status: 'draft' };
  client.setQueryData(['t', 'list', 1], page({ id: 'a', status: 'running' }, other));
  client.setQueryData(['t', 'list', 2], page(other));
  const untouched = client.getQueryData(['t', 'list', 2]);
  expect(patchLists<Row>(client, ['t', 'list'], { id: 'a', status: 'completed' })).toEqual([
    { id: 'a', status: 'running' },
  ]);
  expect(client.getQueryData(['t', 'list', 1])).toEqual(page({ id: 'a', status: 'completed' }, other));
  expect(client.getQueryData(['t', 'list', 2])).toBe(untouched);
});

test('a list that was to be asked again still is, and is no younger', async () => {
  const client = new QueryClient();
  client.setQueryData(['t', 'list'], page({ id: 'a', status: 'running' }), { updatedAt: 1_000 });
  await client.invalidateQueries({ queryKey: ['t', 'list'] });
  patchLists<Row>(client, ['t', 'list'], { id: 'a', status: 'completed' });
  expect(client.getQueryState(['t', 'list'])).toMatchObject({ isInvalidated: true, dataUpdatedAt: 1_000 });
});

test('a row that no list holds is answered with nothing', () => {
  expect(patchLists<Row>(new QueryClient(), ['t', 'list'], { id: 'a', status: 'draft' })).toEqual([]);
});
