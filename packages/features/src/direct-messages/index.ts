export { createDirectMessage } from './actions/create-direct-message.ts';
export type { DirectMessageMade, NewDirectMessage } from './actions/create-direct-message.ts';
export { readAddressee } from './actions/send-direct-message.ts';
export { readContents, textOf } from './contents.ts';
export type { DirectContent } from './contents.ts';
export { directChannel } from './direct-channel.ts';
export { publishMessageChanges } from './publish-changes.ts';
export { directMessageRoutes } from './routes.ts';
