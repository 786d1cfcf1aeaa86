export { startEventMaker } from './facts/start-event-maker.ts';
export type { EventMaker } from './facts/start-event-maker.ts';
export { createDeliveryHandler } from './jobs/deliver.ts';
export { noteReceived } from './note-received.ts';
export { webhookRoutes } from './routes.ts';
export { deliverySteps } from './steps.ts';
