export { applyConversationEvent } from './api/apply-conversation-event.ts';
export { contactConversationsQuery } from './api/conversations.ts';
