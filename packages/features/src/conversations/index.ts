export { conversationRoutes } from './routes.ts';
export { storeInbound } from './store-inbound.ts';
export type { StoredInbound } from './store-inbound.ts';
