import { z } from 'zod';
import { defineJob } from './define-job.ts';
import { urgencyOfTask } from './task-urgency.ts';

const second = 1000;
const minute = 60 * second;

const ofConnection = z.object({ tenantId: z.uuid(), connectionId: z.uuid() });

/**
 * How often a job is started that is tried again `waits` times. Where the table of queues lists waits, it counts
 * those: "5 attempts, 2/6/18/54/162 s" is a job that is started, and up to five times tried again. Counted as starts
 * in all, its last wait would never come.
 */
const startsFor = (waits: number): number => waits + 1;

/** Opens the session of a number: a code to scan, then a socket or a gateway that stays. */
export const sessionInit = defineJob({
  queue: 'session.init',
  name: 'session.init',
  schema: ofConnection,
  priority: 10,
  attempts: startsFor(3),
  backoff: { firstDelayMs: 5 * second, factor: 3 },
  timeoutMs: 5 * minute,
  concurrency: 3,
  deduplicate: ({ connectionId }) => connectionId,
});

/** Ends the session of a number; what it is closed for is told to the person. */
export const sessionClose = defineJob({
  queue: 'session.close',
  name: 'session.close',
  schema: ofConnection.extend({ reason: z.string().max(100).optional() }),
  priority: 8,
  attempts: 2,
  backoff: { firstDelayMs: 5 * second, factor: 3 },
  timeoutMs: minute,
  concurrency: 3,
  deduplicate: ({ connectionId }) => connectionId,
});

/** "This number has been written to." What came waits in the database. */
export const messageReceive = defineJob({
  queue: 'message.receive',
  name: 'message.receive',
  schema: ofConnection,
  priority: 7,
  attempts: 3,
  backoff: { firstDelayMs: 2 * second, factor: 3 },
  timeoutMs: 2 * minute,
  concurrency: 10,
  deduplicate: ({ connectionId }) => connectionId,
});

/** "The network told how far this number's messages got." What it told waits in the database. */
export const messageStatus = defineJob({
  queue: 'message.status',
  name: 'message.status',
  schema: ofConnection,
  priority: 4,
  attempts: 3,
  backoff: { firstDelayMs: 2 * second, factor: 3 },
  timeoutMs: 2 * minute,
  concurrency: 5,
  deduplicate: ({ connectionId }) => connectionId,
});

/** "This lane has work." Carries no work itself: the ledger says what is due. */
export const messageSend = defineJob({
  queue: 'message.send',
  name: 'message.send',
  schema: ofConnection,
  priority: 5,
  attempts: startsFor(5),
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

/** Reads the templates of a number's account at its network, and keeps them. */
export const templatesSync = defineJob({
  queue: 'templates.sync',
  name: 'templates.sync',
  schema: ofConnection,
  priority: 3,
  attempts: 5,
  backoff: { firstDelayMs: 10 * second, factor: 3 },
  timeoutMs: 5 * minute,
  concurrency: 2,
  deduplicate: ({ connectionId }) => connectionId,
});

/**
 * "This endpoint of a tenant's own system has something to be told." What waits in the database; so do the attempts and
 * the waits between them, which go by this table: an endpoint that fails is no failed job.
 */
export const webhookDelivery = defineJob({
  queue: 'webhook.delivery',
  name: 'webhook.delivery',
  schema: z.object({ tenantId: z.uuid(), endpointId: z.uuid() }),
  priority: 3,
  attempts: startsFor(3),
  backoff: { firstDelayMs: 10 * second, factor: 3 },
  timeoutMs: 2 * minute,
  concurrency: 3,
  deduplicate: ({ endpointId }) => endpointId,
});

/** Writes a report to a file. */
export const reportBuild = defineJob({
  queue: 'reports',
  name: 'report.build',
  schema: z.object({ tenantId: z.uuid(), reportId: z.uuid() }),
  priority: 5,
  attempts: 3,
  backoff: { firstDelayMs: 5 * second, factor: 2 },
  timeoutMs: 30 * minute,
  concurrency: 2,
  deduplicate: ({ reportId }) => reportId,
});

/** Takes away what is old and what nobody ended. Comes by the clock; the next round is its next try. */
export const maintenanceCleanup = defineJob({
  queue: 'maintenance.cleanup',
  name: 'maintenance.cleanup',
  schema: z.object({}),
  priority: 1,
  attempts: 1,
  backoff: { firstDelayMs: minute, factor: 1 },
  timeoutMs: 10 * minute,
  concurrency: 1,
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
  'session.init': sessionInit,
  'session.close': sessionClose,
  'message.receive': messageReceive,
  'message.status': messageStatus,
  'message.send': messageSend,
  'campaign.prepare': campaignPrepare,
  'campaign.cancel': campaignCancel,
  'import.run': importRun,
  'report.build': reportBuild,
  'templates.sync': templatesSync,
  'webhook.delivery': webhookDelivery,
  'maintenance.cleanup': maintenanceCleanup,
  'task.run': taskRun,
} as const;

/** Every queue there is: each kind of job has its own. */
export const queueNames: readonly string[] = Object.values(jobs).map((job) => job.queue);

/** The name of a job, as the outbox stores it. */
export type JobName = keyof typeof jobs;

/** The payload of a job, by its name. */
export type JobPayload<Name extends JobName> = z.infer<(typeof jobs)[Name]['schema']>;
