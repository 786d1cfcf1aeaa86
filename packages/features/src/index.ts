export { deleteOldEvents, publish } from './events/index.ts';
export type { EventTopic, PublishedEvent } from './events/index.ts';
export { createLocalFileStore } from './files/index.ts';
export { reportLines } from './reports/index.ts';
export { routes } from './routes.ts';
export { createCursorCodec, defineRoute, paginate } from './routing/index.ts';
export type {
  AnyRouteContext,
  AppDeps,
  BoundCursors,
  CursorCodec,
  FileStore,
  PageSource,
  Route,
  RouteAuth,
  RouteContext,
  RouteDefinition,
  RouteMethod,
  SignedInUser,
} from './routing/index.ts';
export { hashSetupToken, listMemberships } from './tenants/index.ts';
export type { Membership } from './tenants/index.ts';
export {
  createCampaign,
  createCancelHandler,
  createPrepareHandler,
  getCampaign,
  presentCampaign,
  startCampaign,
  startDueCampaigns,
} from './campaigns/index.ts';
export type { CampaignRow } from './campaigns/index.ts';
export { ensureSimulator } from './connections/index.ts';
export { compileTemplate, createTemplate } from './templates/index.ts';
export type { CompiledTemplate, RenderedText, TemplateContact } from './templates/index.ts';
