export { deleteOldEvents } from './delete-old-events.ts';
export { publish } from './publish.ts';
export type { EventTopic, PublishedEvent } from './publish.ts';
export { eventRoutes } from './routes.ts';
