import { z } from 'zod';
import { defineJob } from './define-job.ts';
import { urgencyOfTask } from './task-urgency.ts';

const second = 1000;
const minute = 60 * second;

/** "This lane has work." Carries no work itself: the ledger says what is due. */
export const messageSend = defineJob({
  queue: 'message.send',
  name: 'message.send',
  schema: z.object({ tenantId: z.uuid(), connectionId: z.uuid() }),
  priority: 5,
  attempts: 5,
  backoff: { firstDelayMs: 2 * second, factor: 3 },
  timeoutMs: 2 * minute,
  concurrency: 5,
  deduplicate: ({ connectionId }) => connectionId,
});

/** Expands a campaign's audience into the ledger, from where it stopped. */
export const campaignPrepare = defineJob({
  queue: 'campaigns',
  name: 'campaign.prepare',
  schema: z.object({ tenantId: z.uuid(), campaignId: z.uuid() }),
  priority: 5,
  attempts: 3,
  backoff: { firstDelayMs: 5 * second, factor: 2 },
  timeoutMs: 30 * minute,
  concurrency: 5,
  deduplicate: ({ campaignId }) => campaignId,
});

/** Skips the recipients of a cancelled campaign that nobody has taken for sending. */
export const campaignCancel = defineJob({
  queue: 'cancellations',
  name: 'campaign.cancel',
  schema: z.object({ tenantId: z.uuid(), campaignId: z.uuid() }),
  priority: 3,
  attempts: 5,
  backoff: { firstDelayMs: 2 * second, factor: 2 },
  timeoutMs: 30 * minute,
  concurrency: 2,
  deduplicate: ({ campaignId }) => campaignId,
});

/** Reads an uploaded file into contacts, from where it stopped. */
export const importRun = defineJob({
  queue: 'imports',
  name: 'import.run',
  schema: z.object({ tenantId: z.uuid(), importId: z.uuid() }),
  priority: 5,
  attempts: 3,
  backoff: { firstDelayMs: 5 * second, factor: 2 },
  timeoutMs: 60 * minute,
  concurrency: 2,
  deduplicate: ({ importId }) => importId,
});

/** A task with a registered handler: its name says what is done, its context with what. */
export const taskRun = defineJob({
  queue: 'tasks',
  name: 'task.run',
  schema: z.object({
    id: z.uuid(),
    name: z.string().min(1).max(100),
    context: z.unknown(),
    priority: z.enum(['high', 'normal', 'low']),
    retries: z.int().min(0).max(1000),
  }),
  priority: 5,
  attempts: 3,
  backoff: { firstDelayMs: second, factor: 2 },
  timeoutMs: 120 * minute,
  concurrency: 2,
  id: ({ id }) => id,
  attemptsFor: ({ retries }) => retries + 1,
  urgencyFor: ({ priority }, failedAttempts) => urgencyOfTask(priority, failedAttempts),
});

/** Every kind of job there is, by name. */
export const jobs = {
  'message.send': messageSend,
  'campaign.prepare': campaignPrepare,
  'campaign.cancel': campaignCancel,
  'import.run': importRun,
  'task.run': taskRun,
} as const;

/** The name of a job, as the outbox stores it. */
export type JobName = keyof typeof jobs;

/** The payload of a job, by its name. */
export type JobPayload<Name extends JobName> = z.infer<(typeof jobs)[Name]['schema']>;
