import { describe, expect, test } from 'vitest';
import { createFailpoints, noFailpoints, parseFailpoint } from './failpoints.ts';

describe('failpoints', () => {
  test.each([
    ['after-claim:kill', { name: 'after-claim', action: { kind: 'kill' }, pass: 1 }],
    ['after-commit:stop@3', { name: 'after-commit', action: { kind: 'stop' }, pass: 3 }],
    ['before-ack:sleep=250', { name: 'before-ack', action: { kind: 'sleep', ms: 250 }, pass: 1 }],
  ])('%s is read', (text, spec) => {
    expect(parseFailpoint(text)).toEqual(spec);
  });

  test.each(['nowhere:kill', 'after-claim', 'after-claim:explode', 'after-claim:sleep', ''])(
    '%j is refused',
    (text) => {
      expect(parseFailpoint(text)).toBeUndefined();
    },
  );

  test('act at their pass only, and cost nothing elsewhere', async () => {
    const points = createFailpoints({ name: 'after-claim', action: { kind: 'throw' }, pass: 2 });
    expect(points.hit('before-claim')).toBeUndefined();
    expect(points.hit('after-claim')).toBeUndefined();
    await expect(points.hit('after-claim')).rejects.toThrow('failpoint after-claim');
    expect(points.hit('after-claim')).toBeUndefined();
    expect(noFailpoints.hit('after-claim')).toBeUndefined();
  });
});
