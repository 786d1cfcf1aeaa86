import { setTimeout as pause } from 'node:timers/promises';
import { startRedis } from '@zaphub/testing';
import type { BenchRow } from '../bench-row.ts';
import type { Stage } from '../send/stage.ts';
import { type Follower, follow } from './followers.ts';
import { startNginx } from './nginx.ts';
import { type Audience, startApi } from './servers.ts';

const readers = 150;
const events = 600;
const untilMs = 30_000;

/** Three api processes behind nginx with one Redis, one of them killed while events flow. */
export async function measureInstances(stage: Stage, audience: Audience): Promise<BenchRow> {
  const closers: (() => Promise<void> | void)[] = [];
  try {
    const redis = await startRedis();
    closers.push(() => redis.close());
    const servers = await Promise.all(
      [1, 2, 3].map(() => startApi(stage, audience, { REDIS_URL: redis.url })),
    );
    for (const server of servers) closers.push(() => server.close());
    const nginx = await startNginx(
      stage.homeDir,
      servers.map(({ url }) => url),
    );
    closers.push(() => nginx.close());
    const crowd = Array.from({ length: readers }, (_, i) =>
      follow(`${nginx.url}/api/v1/events`, audience.tokens[i % audience.tokens.length] ?? ''),
    );
    for (const follower of crowd) closers.push(() => follower.close());
    await until(() => crowd.every(({ hasJoined }) => hasJoined));

    const marks = Array.from({ length: events }, (_, n) => `inst-${String(n).padStart(5, '0')}`);
    for (const [n, mark] of marks.entries()) {
      await audience.cast(mark); // a topic each, so that none replaces another
      if (n === events / 3) await servers[1]?.close();
      await pause(5);
    }
    await until(() => crowd.every((follower) => follower.marks.length >= events));
    return row(crowd, marks);
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

function row(crowd: readonly Follower[], marks: readonly string[]): BenchRow {
  const isWhole = ({ marks: told, resets }: Follower): boolean =>
    resets === 0 && told.length === marks.length && told.every((mark, i) => mark === marks[i]);
  const whole = crowd.filter(isWhole).length;
  const cameBack = crowd.filter(({ connections }) => connections > 1).length;
  return {
    bench: 'sse',
    row: 'three instances, one killed',
    unit: 'readers',
    ours: whole,
    peers: {},
    ratio: null,
    goal: `all ${crowd.length} told each of ${marks.length} events once, in order`,
    ok: whole === crowd.length && cameBack > 0,
    notes: [`${cameBack} lost their instance and came back through nginx`],
  };
}

/** Waits until it holds, or for half a minute: then the row says what is missing. */
async function until(holds: () => boolean): Promise<void> {
  const start = performance.now();
  while (!holds() && performance.now() - start < untilMs) await pause(50);
}
