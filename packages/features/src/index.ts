export { deleteOldEvents, publish } from './events/index.ts';
export type { EventTopic, PublishedEvent } from './events/index.ts';
export { createLocalFileStore, sweepUnfinished } from './files/index.ts';
export { runPreflight } from './audiences/index.ts';
export { reasonWords, reportLines } from './reports/index.ts';
export { routes } from './routes.ts';
export { createCursorCodec, defineRoute, paginate } from './routing/index.ts';
export type {
  AnyRouteContext,
  AppDeps,
  BoundCursors,
  CursorCodec,
  FileStore,
  TenantDirectory,
  PageSource,
  Route,
  RouteAuth,
  RouteContext,
  RouteDefinition,
  RouteMethod,
  SignedInUser,
} from './routing/index.ts';
export { createRecountHandler, createTaskLedger, readTaskCounts, taskSteps } from './tasks/index.ts';
export { createDeletionHandler, createExportHandler } from './tenant-data/index.ts';
export { hashSetupToken, listMemberships, readTenant } from './tenants/index.ts';
export type { Membership } from './tenants/index.ts';
export {
  campaignSteps,
  cancelCampaign,
  decideCampaignUnknown,
  pauseCampaign,
  resumeCampaign,
  createCampaign,
  createCancelHandler,
  createPrepareHandler,
  getCampaign,
  presentCampaign,
  startCampaign,
} from './campaigns/index.ts';
export type { CampaignRow } from './campaigns/index.ts';
export {
  createCredentialsKey,
  createKeyRing,
  isCredentialsKey,
  openSecret,
  readCredentials,
  readKeyRing,
  resealAll,
  sealSecret,
  usedKeyIds,
  writeCredentials,
} from './credentials/index.ts';
export type { KeyRing, KeyRingOptions, SealContext, SealOwner } from './credentials/index.ts';
export {
  connectSession,
  createSessionCloseHandler,
  createSessionInitHandler,
  disconnectSession,
  listenForSessionNews,
  passOnTurn,
  sessionSteps,
  startLaneBell,
  startSessionKeeper,
  tellSessionNews,
} from './sessions/index.ts';
export type {
  LaneBell,
  SessionKeeper,
  SessionKeeperDeps,
  SessionKeeperOptions,
  SessionTimes,
} from './sessions/index.ts';
export { ensureSimulator, holdConnection, releaseConnection } from './connections/index.ts';
export type { HoldInput } from './connections/index.ts';
export { compileTemplate, createTemplate } from './templates/index.ts';
export type { CompiledTemplate, RenderedText, TemplateContact } from './templates/index.ts';
export { createFailpoints, failpointNames, noFailpoints, parseFailpoint } from './failpoints.ts';
export type { FailpointAction, FailpointName, Failpoints, FailpointSpec } from './failpoints.ts';
export {
  createCsvParser,
  createImportHandler,
  presentImport,
  rowErrorWords,
  runImport,
  startImport,
  uploadImport,
} from './imports/index.ts';
export type {
  CsvParser,
  CsvParserOptions,
  RunImportDeps,
  RunImportOptions,
  RunImportResult,
  UploadImportInput,
} from './imports/index.ts';
export { createTemplatesHandler } from './cloud-api/index.ts';
export {
  cloudAccountOf,
  createConnectionAccounts,
  createWebhookDoor,
  createWebhookHandler,
  createWebhookStore,
  webhookSteps,
} from './ingress/index.ts';
export type {
  ConnectionAccount,
  ConnectionAccounts,
  WebhookAnswer,
  WebhookRequest,
  WebhookStore,
  WebhookWorkDeps,
} from './ingress/index.ts';
export { createSendEffects } from './send-effects/index.ts';
export { createSendingEngine, startProgressPublisher } from './lanes/index.ts';
export type {
  EngineDeps,
  EngineOptions,
  ProgressPublisher,
  SendingEngine,
  TurnResult,
} from './lanes/index.ts';
export { claimBatch, decideUnknown, ledgerConnectionString } from './messages/index.ts';
export type { ClaimInput } from './messages/index.ts';
export { enqueue, startRelay } from './outbox/index.ts';
export type { Relay } from './outbox/index.ts';
export { engineSteps, startReconciler } from './reconciler/index.ts';
export type { Reconciler, ReconcileStep, StepDeps as EngineStepDeps } from './reconciler/index.ts';
export { verifyLedger } from './verify/index.ts';
export type { InvariantResult, VerifyOptions, VerifyReport } from './verify/index.ts';
export { createDirectMessage, directChannel } from './direct-messages/index.ts';
export type { DirectMessageMade, NewDirectMessage } from './direct-messages/index.ts';
export {
  beginRequest,
  deleteExpiredKeys,
  fingerprintOf,
  finishRequest,
  forgetRequest,
} from './idempotency/index.ts';
export type { BegunRequest, KeptAnswer, KeyedRequest } from './idempotency/index.ts';
export { storeInbound } from './conversations/index.ts';
export type { StoredInbound } from './conversations/index.ts';
export { optIn, optOut } from './opt-outs/index.ts';
export type { OptOutInput } from './opt-outs/index.ts';
export {
  cleanupSteps,
  createCleanupHandler,
  keepCleanupScheduled,
  listWorkers,
  startHeartbeat,
  watchQueues,
} from './operations/index.ts';
export type { QueueAlarm, QueueSample, QueueWatch, WorkerSeen } from './operations/index.ts';
export { audit } from './audit/index.ts';
export { createHealthCounter, judgeNumbers } from './number-health/index.ts';
export type { HealthCounter } from './number-health/index.ts';
export { saveSenderPool, watchPools } from './sender-pools/index.ts';
export { watchStalls } from './stalls/index.ts';
export { createBeatFile, createFence } from './installation/index.ts';
export type { BeatFile, Fence } from './installation/index.ts';
export { createDeliveryHandler, deliverySteps, startEventMaker } from './webhooks/index.ts';
export type { EventMaker } from './webhooks/index.ts';
