import type { Bench } from '../bench-row.ts';
import { measureColdKeys } from './cold-keys.ts';
import { measureSerialisation } from './serialisation-runs.ts';
import { measureSpeed } from './speed.ts';
import { openStage } from './stage.ts';
import { measureStampede } from './stampede.ts';

/**
 * The cache beside bentocache, lru-cache and bare ioredis on one Redis in one run, and the ways to turn our own
 * payloads into bytes.
 */
export const cacheBench: Bench = async function* ({ rounds, tell }) {
  const stage = await openStage();
  try {
    tell('memory, Redis and bus');
    yield* measureSpeed(stage, rounds);
    tell('a stampede in one process');
    yield* measureStampede(stage, rounds);
    tell('cold keys in several processes');
    yield* measureColdKeys(stage.raw);
  } finally {
    await stage.close();
  }
  tell('serialisation');
  yield* measureSerialisation(rounds);
};
