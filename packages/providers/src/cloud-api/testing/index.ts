export { startGraphServer } from './graph-server.ts';
export type { AcceptedMessage, GraphServer, GraphServerOptions, SeenRequest } from './graph-server.ts';
export type { GraphStep } from './graph-script.ts';
export type { GraphTemplate } from './template-check.ts';
export { createWebhookSender, signatureOf } from './webhook-sender.ts';
export type { WebhookSender, WebhookSenderOptions } from './webhook-sender.ts';
