export { enqueue } from './enqueue.ts';
export { startRelay } from './relay.ts';
export type { Relay } from './relay.ts';
