import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { backoffDelayMs } from './backoff.ts';
import { defineJob, type JobDefinition } from './define-job.ts';
import { doorbell } from './doorbell.ts';
import { findJob } from './find-job.ts';
import { jobs } from './jobs.ts';
import { toBullPriority, type Urgency } from './priority.ts';

describe('the table of jobs', () => {
  it('gives each job a queue of its own, and its own name as the key', () => {
    const all = Object.entries(jobs);
    expect(new Set(all.map(([, job]) => job.queue)).size).toBe(all.length);
    for (const [name, job] of all) expect(job.name).toBe(name);
  });

  it('has the documented settings', () => {
    expect(Object.values(jobs).map(row)).toEqual([
      ['session.init', 10, 3, [5, 15, 45]],
      ['session.close', 8, 3, [5]],
      ['message.receive', 7, 10, [2, 6]],
      ['message.status', 4, 5, [2, 6]],
      ['message.send', 5, 5, [2, 6, 18, 54, 162]],
      ['campaigns', 5, 5, [5, 10]],
      ['cancellations', 3, 2, [2, 4, 8, 16]],
      ['imports', 5, 2, [5, 10]],
      ['reports', 5, 2, [5, 10]],
      ['templates.sync', 3, 2, [10, 30, 90, 270]],
      ['webhook.delivery', 3, 3, [10, 30, 90]],
      ['maintenance.cleanup', 1, 1, []],
      ['tasks', 5, 2, [1, 2]],
    ]);
  });

  it('carries ids and the tenant, nothing else', () => {
    const tenantId = '0193b1a2-7c3d-7e4f-8a5b-123456789012';
    const connectionId = '0193b1a2-7c3d-7e4f-8a5b-123456789013';
    expect(jobs['message.send'].schema.parse({ tenantId, connectionId, text: 'hello' })).toEqual({
      tenantId,
      connectionId,
    });
    expect(jobs['message.send'].deduplicate?.({ tenantId, connectionId })).toBe(connectionId);
    expect(jobs['campaign.prepare'].schema.safeParse({ tenantId }).success).toBe(false);
  });
});

describe('findJob', () => {
  it('finds every job by its stored name, with its settings and its key', () => {
    for (const job of Object.values(jobs)) {
      expect(findJob(job.name)).toMatchObject({ queue: job.queue, schema: job.schema });
    }
    const id = '0193b1a2-7c3d-7e4f-8a5b-123456789012';
    expect(findJob('message.send')?.deduplicate?.({ tenantId: id, connectionId: id })).toBe(id);
  });

  it('knows no other name', () => {
    expect(findJob('message.read')).toBeUndefined();
    expect(findJob('constructor')).toBeUndefined();
  });
});

describe('toBullPriority', () => {
  it('turns the scale around and never gives 0, which would go before everything', () => {
    const urgencies: readonly Urgency[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(urgencies.map(toBullPriority)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });
});

describe('defineJob', () => {
  const definition = {
    queue: 'test',
    name: 'test',
    schema: z.object({}),
    priority: 5,
    attempts: 1,
    backoff: { firstDelayMs: 1, factor: 1 },
    timeoutMs: 1,
    concurrency: 1,
  } as const;

  it('refuses a colon in the queue’s name, which BullMQ would', () => {
    expect(() => defineJob({ ...definition, queue: 'message:send' })).toThrow('must not contain ":"');
  });

  it.each(['attempts', 'timeoutMs', 'concurrency'])('refuses %s below 1', (field) => {
    expect(() => defineJob({ ...definition, [field]: 0 })).toThrow(field);
  });
});

describe('doorbell', () => {
  it('uses the bare key for now', () => {
    expect(doorbell('lane', 0, 1_000)).toEqual({
      delayMs: 0,
      deduplication: { id: 'lane', keepLastIfActive: true, reschedule: true },
    });
  });

  it('gathers rings for later in steps, never early', () => {
    const early = doorbell('lane', 901, 1_000);
    const late = doorbell('lane', 1_000, 1_000);
    expect(early.deduplication.id).toBe(late.deduplication.id);
    expect(1_000 + early.delayMs).toBe(2_000);
    expect(doorbell('lane', 1_001, 1_000).deduplication.id).not.toBe(late.deduplication.id);
  });
});

/** Queue, urgency, how many at once, and the seconds before each further start. */
function row(
  job: Pick<JobDefinition<never>, 'queue' | 'priority' | 'concurrency' | 'attempts' | 'backoff'>,
): readonly unknown[] {
  const delays = Array.from(
    { length: job.attempts - 1 },
    (_, index) => backoffDelayMs(job.backoff, index + 1) / 1000,
  );
  return [job.queue, job.priority, job.concurrency, delays];
}
