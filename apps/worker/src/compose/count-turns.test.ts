import type { SendingEngine } from '@zaphub/features';
import { createStats } from '@zaphub/kernel';
import { expect, test } from 'vitest';
import { countTurns } from './count-turns.ts';

test('turns, what they sent and lanes that somebody else holds are counted', async () => {
  const results = [
    { sent: 7, outcome: 'done', nextInMs: undefined },
    { sent: 0, outcome: 'busy', nextInMs: undefined },
  ] as const;
  let turn = 0;
  const engine: Pick<SendingEngine, 'runTurn'> = {
    runTurn: () => Promise.resolve(results[turn++] ?? results[0]),
  };
  const stats = createStats();
  const counted = countTurns(engine, stats);
  expect([await counted.runTurn('a'), await counted.runTurn('b')]).toEqual(results);
  expect(stats.getMetrics().counters).toEqual({ 'engine.turns': 2, 'engine.sent': 7, 'engine.busy': 1 });
});
