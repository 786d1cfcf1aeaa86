export type {
  NetworkError,
  Provider,
  ProviderAbilities,
  ProviderLimits,
  Receipt,
  ReceiptListener,
  SendEffect,
  SendOptions,
  SendOutcome,
  SendRequest,
} from './provider.ts';
export type {
  ContentKind,
  MediaKind,
  MediaSource,
  MessageContent,
  TemplateButton,
  TemplateContent,
  TemplateHeader,
  TemplateValue,
} from './message-content.ts';
export type {
  Inbound,
  InboundContent,
  InboundListener,
  InboundMessage,
  InboundPreference,
  Person,
} from './inbound.ts';
export type { OpenSessionOptions, Session, SessionEvent, SessionProvider, SessionStore } from './session.ts';
export type {
  AccountNotice,
  TemplateNotice,
  WebhookHeaders,
  WebhookInbound,
  WebhookNews,
  WebhookReceipt,
  WebhookSource,
} from './webhook-source.ts';
export { Secret } from './secret.ts';
export { createSimulator } from './simulator/create-simulator.ts';
export type { Simulator } from './simulator/create-simulator.ts';
export type { SimulatorOptions } from './simulator/simulator-options.ts';
export type { SessionOptions } from './simulator/simulated-session.ts';
export { nodeHttp } from './http/node-http.ts';
export { startSimulatorControl } from './simulator/control-server.ts';
export type { SimulatorControl } from './simulator/control-server.ts';
export { forgetConnections } from './simulator/forget-connections.ts';
export type { PeopleOptions } from './simulator/people.ts';
export { parseScenario } from './simulator/scenario.ts';
export type { SimulatorAction, SimulatorScenario } from './simulator/scenario.ts';
export { journalParts } from './simulator/journal-entries.ts';
export type { JournalPart } from './simulator/journal-entries.ts';
export type { JournalEntry, JournalVerdict } from './simulator/journal-line.ts';
export { readJournal } from './simulator/read-journal.ts';
export type { JournalCounts, ReadJournalOptions } from './simulator/read-journal.ts';
export { CountTable } from './simulator/count-table.ts';
export type { DelayRange, ReceiptOptions } from './simulator/receipt-plan.ts';
export { magicPhones } from './simulator/magic-phones.ts';
export type { SimulatorRates } from './simulator/verdict.ts';
export { createBaileys } from './baileys/create-baileys.ts';
export type { BaileysOptions } from './baileys/create-baileys.ts';
export { baileysWords } from './baileys/reason-words.ts';
export { createCloudApi } from './cloud-api/create-cloud-api.ts';
export type { CloudApi, CloudApiDeps, CloudApiOptions } from './cloud-api/create-cloud-api.ts';
export type { CloudAccount } from './cloud-api/cloud-account.ts';
export type { CallFailure } from './cloud-api/call-failure.ts';
export { createGraphClient } from './cloud-api/graph-client.ts';
export type { GraphCall, GraphClient, GraphClientOptions, GraphReply } from './cloud-api/graph-client.ts';
export { isPublicAddress } from './baileys/media/public-address.ts';
export { createHttpExchange } from './http/http-exchange.ts';
export type { HttpExchange, HttpExchangeOptions } from './http/http-exchange.ts';
export { errorTable, marketingLimitMs, ruleOfCode } from './cloud-api/error-table.ts';
export type { CloudReason, ErrorClass, ErrorRule } from './cloud-api/error-table.ts';
export { uploadMedia } from './cloud-api/media/upload-media.ts';
export type { MediaFile, MediaUpload, UploadMediaOptions } from './cloud-api/media/upload-media.ts';
export { compareTemplates } from './cloud-api/templates/compare-templates.ts';
export type { TemplateChanges } from './cloud-api/templates/compare-templates.ts';
export { templatePlaces } from './cloud-api/templates/template-places.ts';
export type { TemplatePlaces } from './cloud-api/templates/template-places.ts';
export { listTemplates } from './cloud-api/templates/list-templates.ts';
export type {
  CloudTemplate,
  ListTemplatesOptions,
  TemplateList,
} from './cloud-api/templates/list-templates.ts';
export { cloudWebhooks } from './cloud-api/webhooks/cloud-webhooks.ts';
export { parseWebhook } from './cloud-api/webhooks/parse-webhook.ts';
export { receiptsOf } from './cloud-api/webhooks/receipts.ts';
export { challengeOf, isSignedWebhook, maxWebhookBytes } from './cloud-api/webhooks/verify-webhook.ts';
export type {
  AccountEvent,
  InboundEvent,
  PreferenceEvent,
  StatusEvent,
  TemplateEvent,
  UnknownPart,
  WebhookContents,
  WebhookEvent,
} from './cloud-api/webhooks/webhook-events.ts';
export { cloudWords } from './cloud-api/reason-words.ts';
export type { CloudCode, ReasonWords } from './cloud-api/reason-words.ts';
export { createWuzapi } from './wuzapi/create-wuzapi.ts';
export type { Wuzapi, WuzapiDeps, WuzapiOptions } from './wuzapi/create-wuzapi.ts';
export { wuzapiAccountOf, wuzapiSettings } from './wuzapi/wuzapi-account.ts';
export type { WuzapiAccount } from './wuzapi/wuzapi-account.ts';
export { wuzapiWords } from './wuzapi/reason-words.ts';
export type { SessionPace } from './wuzapi/session/watched-session.ts';
export { sessionEventOf } from './wuzapi/webhooks/session-news.ts';
export { parseWuzapiWebhook, wuzapiWebhooks } from './wuzapi/webhooks/wuzapi-webhooks.ts';
