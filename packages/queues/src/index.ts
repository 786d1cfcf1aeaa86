export type { AttemptEnd, QueueActivity } from './activity.ts';
export { type Backoff, backoffDelayMs } from './backoff.ts';
export { createQueues, type QueueBackendOptions, type QueuesOptions } from './create-queues.ts';
export { defineJob, type JobDefinition } from './define-job.ts';
export { createDurableTasks } from './durable-tasks.ts';
export { findJob } from './find-job.ts';
export {
  campaignCancel,
  campaignPrepare,
  importRun,
  type JobName,
  type JobPayload,
  jobs,
  maintenanceCleanup,
  messageReceive,
  messageSend,
  messageStatus,
  queueNames,
  reportBuild,
  sessionClose,
  sessionInit,
  taskRun,
  webhookDelivery,
} from './jobs.ts';
export { toBullPriority, type Urgency } from './priority.ts';
export type { CleanOptions, FailedJob, QueueAdmin, QueueMetrics } from './queue-admin.ts';
export type {
  AddOptions,
  Consumer,
  JobContext,
  JobHandler,
  JobStatus,
  QueueCounts,
  Queues,
} from './queues.ts';
