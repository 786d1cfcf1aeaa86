import { silentLogger } from '@zaphub/telemetry';
import { expect, it } from 'vitest';
import { createOutageLog } from './outage-log.ts';

it('says the same thing once in half a minute, and another thing at once', () => {
  const warnings: unknown[] = [];
  let nowMs = 0;
  const logger = { ...silentLogger, warn: (_message: string, fields?: object) => void warnings.push(fields) };
  const report = createOutageLog(logger, () => nowMs);
  for (let at = 0; at < 20; at++) report(new Error('refused'));
  report(new Error('reset'));
  expect(warnings).toHaveLength(2);
  nowMs = 30_000;
  report(new Error('refused'));
  expect(warnings).toHaveLength(3);
});
