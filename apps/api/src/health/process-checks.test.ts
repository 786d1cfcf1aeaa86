import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Finding } from './health.ts';
import { readMemoryUse } from './memory-limit.ts';
import { createProcessChecks, type ProcessCheckOptions } from './process-checks.ts';

async function find(name: string, options: ProcessCheckOptions = {}): Promise<Finding | undefined> {
  const measured = createProcessChecks(options);
  onTestFinished(() => measured.close());
  return measured.checks.find((check) => check.name === name)?.run();
}

it('memory is judged against the limit', async () => {
  const use = (usedBytes: number) => () =>
    Promise.resolve({ usedBytes, limitBytes: 1_000, isContainer: true });
  expect(await find('memory', { readMemory: use(900) })).toMatchObject({ status: 'ok', limit_bytes: 1_000 });
  expect(await find('memory', { readMemory: use(910) })).toMatchObject({
    status: 'degraded',
    reason: '91 % of the memory is taken',
  });
});

it('the limit is the container’s where there is one, else the machine’s', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zaphub-cgroup-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const paths = { limit: join(folder, 'memory.max'), used: join(folder, 'memory.current') };
  await writeFile(paths.used, '1048576\n');
  await writeFile(paths.limit, '4194304\n');
  expect(await readMemoryUse([paths])).toEqual({
    limitBytes: 4_194_304,
    usedBytes: 1_048_576,
    isContainer: true,
  });
  const machine = { limitBytes: totalmem(), isContainer: false };
  // Version 2 says `max`, version 1 a number beyond any machine.
  for (const unlimited of ['max\n', '9223372036854771712\n']) {
    await writeFile(paths.limit, unlimited);
    expect(await readMemoryUse([paths])).toMatchObject(machine);
  }
  expect(await readMemoryUse([{ limit: '/nowhere', used: '/nowhere' }])).toMatchObject(machine);
});

it('a busy process is told by its late event loop and its processors', async () => {
  const measured = createProcessChecks({ delayMs: 100, cpu01: 0.000_001 });
  onTestFinished(() => measured.close());
  const [, loop, cpu] = measured.checks;
  // Let the monitor take its first sample, then keep the process from the next.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const until = performance.now() + 300;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await loop?.run()).toMatchObject({ status: 'degraded', reason: expect.stringMatching(/ms late$/) });
  expect(await cpu?.run()).toMatchObject({ status: 'degraded', reason: 'the processors are busy' });
  expect(await loop?.run()).toMatchObject({ status: 'ok' });
});

it('a process at rest is well', async () => {
  expect(await find('cpu', { cpu01: 1 })).toMatchObject({ cores: expect.any(Number) });
  expect(await find('event_loop')).toEqual({ status: 'ok', p99_ms: 0 });
});
