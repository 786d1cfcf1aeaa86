export { startWuzapiServer } from './wuzapi-server.ts';
export type { WuzapiMessage, WuzapiServer, WuzapiServerOptions } from './wuzapi-server.ts';
export type { GatewayNumber } from './gateway-number.ts';
export { gatewaySignatureOf, packed } from './gateway-webhooks.ts';
export type { GatewayWebhook, WebhookTarget } from './gateway-webhooks.ts';
export type { WuzapiStep } from './wuzapi-script.ts';
