export type { EventHub, Subscription } from './event-hub.ts';
