import { get } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { defineRoute } from '@zaphub/features';
import { AppError } from '@zaphub/types';
import { expect, test } from 'vitest';
import { useTestApi } from '../testing/test-api.ts';
import { eventually } from '../testing/eventually.ts';

let rowsMade = 0;
let endedWith: unknown;

function* rows(count: number): Generator<string> {
  for (let n = 1; n <= count; n++) {
    rowsMade = n;
    yield `${n},+5511987654321,sent\n`;
  }
}

const streamRoute = (path: '/all' | '/endless' | '/broken' | '/refused', source: () => Iterable<string>) =>
  defineRoute({
    method: 'GET',
    path,
    auth: 'public',
    reply: 'stream',
    summary: 'for tests',
    handle: async ({ res, signal }) => {
      const made = source();
      res.setHeader('Content-Type', 'text/csv; charset=utf-8');
      try {
        await pipeline(Readable.from(made), res, { signal });
      } catch (error) {
        endedWith = error;
        throw error;
      }
    },
  });

const api = useTestApi({
  registry: [
    streamRoute('/all', () => rows(40_000)),
    streamRoute('/endless', () => rows(Number.MAX_SAFE_INTEGER)),
    streamRoute('/broken', function* () {
      yield* rows(20_000);
      throw new Error('the database went away');
    }),
    streamRoute('/refused', () => {
      throw new AppError('campaign_state', 'not now');
    }),
  ],
});

test.each(['br', 'gzip', 'identity'])('a long download arrives whole as %s', async (encoding) => {
  const response = await api.call('/api/v1/all', { headers: { 'accept-encoding': encoding } });
  expect(response.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
  const lines = (await response.text()).trimEnd().split('\n');
  expect([lines.length, lines.at(-1)]).toEqual([40_000, '40000,+5511987654321,sent']);
});

test('a download nobody reads makes no more rows than fit on the way, and ends when the reader leaves', async () => {
  const { socket, res } = await new Promise<{ socket: () => void; res: NodeJS.ReadableStream }>(
    (resolve, reject) => {
      const request = get(api.url + '/api/v1/endless', (res) =>
        resolve({ res, socket: () => request.destroy() }),
      );
      request.on('error', reject);
    },
  );
  res.pause();
  let before = -1;
  await eventually(
    () => {
      const isStill = rowsMade === before;
      before = rowsMade;
      expect(isStill).toBe(true);
    },
    { timeout: 10_000, interval: 300 },
  );
  endedWith = undefined;
  res.on('error', () => undefined);
  socket();
  await eventually(() => expect(endedWith).toBeDefined());
  const after = rowsMade;
  expect(after).toBeLessThan(2_000_000);
});

test('a download that breaks is cut off, so that nobody takes half for the whole', async () => {
  const response = await api.call('/api/v1/broken', { headers: { 'accept-encoding': 'identity' } });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
});

test('a download that is refused before it began is an ordinary problem', async () => {
  const response = await api.call('/api/v1/refused');
  expect([response.status, response.headers.get('content-type')]).toEqual([
    409,
    'application/problem+json; charset=utf-8',
  ]);
});
