export { createEventHub } from './create-event-hub.ts';
export type { EventHubDeps, EventHubOptions, HubEvents } from './create-event-hub.ts';
export type { EventHub, Subscription } from './event-hub.ts';
export type { EventHead, EventLog, NewsListener, StoredEvent } from './event-log.ts';
export type { ClosingReason } from './event-reader.ts';
export { createMemoryEventLog } from './memory-event-log.ts';
export type { MemoryEventLog } from './memory-event-log.ts';
export { createPostgresEventLog } from './postgres-event-log.ts';
export type { ResetReason } from './tenant-channel.ts';
