export { AppError, errorTable } from './errors.ts';
export {
  networkTemplate,
  networkTemplateList,
  networkTemplateUse,
  templatePlaces,
  templateSyncAsked,
} from './network-templates.ts';
export type { NetworkTemplate, NetworkTemplateList, NetworkTemplateUse } from './network-templates.ts';
export type { AppErrorOptions, ErrorCode, LocalText } from './errors.ts';
export { fromPublicId, idPrefixes, publicId, toPublicId } from './ids.ts';
export type { IdKind, PublicId } from './ids.ts';
export { pageOf, pageQuery } from './pagination.ts';
export type { Page, PageQuery } from './pagination.ts';
export { problem } from './problem.ts';
export type { Problem } from './problem.ts';
export {
  checklist,
  countryCode,
  locale,
  me,
  plan,
  role,
  setupCheck,
  setupClaim,
  setupStatus,
  tenant,
  tenantPatch,
  timezone,
} from './tenants.ts';
export type { Checklist, Locale, Me, Plan, Role, SetupClaim, Tenant, TenantPatch } from './tenants.ts';
export {
  connectInput,
  connection,
  connectionCode,
  connectionDetail,
  connectionFields,
  connectionHealth,
  connectionInput,
  connectionPatch,
  connectionProvider,
  connectionStatus,
  holdInput,
} from './connections.ts';
export type {
  Connection,
  ConnectionCode,
  ConnectionDetail,
  ConnectionHealth,
  ConnectionInput,
  ConnectionPatch,
  ConnectionProvider,
  ConnectionStatus,
} from './connections.ts';
export { contact, contactListQuery, contactMessages, contactSummary, optOut, tagList } from './contacts.ts';
export type { Contact, ContactListQuery, ContactMessages } from './contacts.ts';
export {
  columnTarget,
  detectedFile,
  importJob,
  importMapping,
  importStatus,
  mappedPreview,
  rowErrorCode,
} from './imports.ts';
export type {
  ColumnTarget,
  DetectedFile,
  ImportJob,
  ImportMapping,
  ImportStatus,
  MappedPreview,
  RowErrorCode,
} from './imports.ts';
export { template, templateInput, templatePreview, templatePreviewInput } from './templates.ts';
export type { Template, TemplateInput, TemplatePreview, TemplatePreviewInput } from './templates.ts';
export {
  audience,
  campaign,
  campaignCounters,
  campaignHours,
  campaignInput,
  campaignPatch,
  campaignStall,
  campaignSchedule,
  campaignStatus,
  message,
  messageListQuery,
  messageState,
  preflight,
  preflightInput,
  schedulePreview,
  skipReason,
  stallCause,
  unknownDecision,
  unknownPolicy,
} from './campaigns.ts';
export type {
  Audience,
  Campaign,
  CampaignCounters,
  CampaignInput,
  CampaignPatch,
  CampaignStall,
  CampaignSchedule,
  CampaignStatus,
  Message,
  MessageListQuery,
  MessageState,
  Preflight,
  SchedulePreview,
  SkipReason,
  StallCause,
  UnknownPolicy,
} from './campaigns.ts';
export {
  acceptedMessage,
  directMessage,
  directMessageInput,
  messageDetail,
  testSendInput,
} from './direct-messages.ts';
export type { AcceptedMessage, DirectMessage, DirectMessageInput, MessageDetail } from './direct-messages.ts';
export {
  campaignClock,
  holiday,
  holidayCountry,
  holidayList,
  nationalHolidaysQuery,
  latePolicy,
  localDateTime,
  sendingHours,
  weekday,
} from './schedules.ts';
export type {
  CampaignClock,
  Holiday,
  HolidayCountry,
  LatePolicy,
  SendingHours,
  SendingHoursInput,
  Weekday,
} from './schedules.ts';
export { messageContent } from './message-content.ts';
export type { MessageContent } from './message-content.ts';
export {
  contactConversations,
  conversation,
  conversationListQuery,
  conversationMessage,
  conversationReply,
} from './conversations.ts';
export type {
  Conversation,
  ConversationListQuery,
  ConversationMessage,
  ConversationReply,
} from './conversations.ts';
export {
  contactDuplicates,
  contactIdentities,
  contactMerge,
  contactMergeInput,
  contactMergeList,
  contactMergePreview,
} from './identity.ts';
export type { ContactDuplicates, ContactIdentities, ContactMerge, ContactMergePreview } from './identity.ts';
export {
  campaignReplies,
  keywordLanguage,
  optOutFileResult,
  optOutProof,
  optOutSettings,
  optOutSettingsShown,
  optOutTest,
  optOutTestResult,
} from './opt-outs.ts';
export type {
  CampaignReplies,
  KeywordLanguage,
  OptOutFileResult,
  OptOutProof,
  OptOutSettings,
  OptOutSettingsShown,
  OptOutTestResult,
} from './opt-outs.ts';
export { task, taskName, tenantDeletion } from './tasks.ts';
export type { Task, TaskName } from './tasks.ts';
export { liveEvent } from './events.ts';
export type { LiveEvent } from './events.ts';
export {
  deadLetter,
  deadLetterCause,
  deadLetterCauses,
  deadLetterDetail,
  deadLetterPatch,
  deadLetterQuery,
  deadLetterSelection,
  discardResult,
  redriveObstacle,
  redriveResult,
} from './dead-letters.ts';
export type {
  DeadLetter,
  DeadLetterCause,
  DeadLetterCauses,
  DeadLetterDetail,
  DeadLetterPatch,
  DeadLetterQuery,
  DeadLetterSelection,
  DiscardResult,
  RedriveObstacle,
  RedriveResult,
} from './dead-letters.ts';
export { senderPool, senderPoolInput } from './sender-pools.ts';
export type { SenderPool, SenderPoolInput } from './sender-pools.ts';
export {
  numberLimits,
  numberLimitsPatch,
  standardWarmUp,
  tenantLimits,
  tenantLimitsPatch,
} from './sending-limits.ts';
export type { NumberLimits, NumberLimitsPatch, TenantLimits, TenantLimitsPatch } from './sending-limits.ts';
export { instantOf, isKnownZone, parseWall, wallAt, wallText } from './zoned-time.ts';
export type { WallMs } from './zoned-time.ts';
export {
  webhook,
  webhookDelivery,
  webhookDeliveryDetail,
  webhookDeliveryQuery,
  webhookEventType,
  webhookInput,
  webhookPatch,
  webhookRecovered,
  webhookRecovery,
  webhookWithSecret,
} from './webhooks.ts';
export type {
  Webhook,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryState,
  WebhookDisabledCause,
  WebhookEventType,
  WebhookInput,
  WebhookPatch,
  WebhookRecovered,
  WebhookRecovery,
  WebhookWithSecret,
} from './webhooks.ts';
