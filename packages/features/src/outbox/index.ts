export { addStoredJob, isKnownJob } from './add-stored-job.ts';
export type { StoredJob } from './add-stored-job.ts';
export { enqueue, outboxChannel } from './enqueue.ts';
export { startRelay } from './relay.ts';
export type { Relay, RelayDeps } from './relay.ts';
