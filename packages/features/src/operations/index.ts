export { cleanupSteps } from './cleanup-steps.ts';
export { startHeartbeat } from './heartbeat.ts';
export { keepCleanupScheduled } from './keep-schedule.ts';
export { listWorkers } from './list-workers.ts';
export type { WorkerSeen } from './list-workers.ts';
export type { QueueAlarm, QueueSample } from './queue-alarms.ts';
export { createCleanupHandler } from './run-cleanup.ts';
export { watchQueues } from './watch-queues.ts';
export type { QueueWatch } from './watch-queues.ts';
