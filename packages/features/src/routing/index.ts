export type { AppDeps, FileStore, TenantDirectory, WebhookTargets } from './app-deps.ts';
export { createCursorCodec } from './cursor.ts';
export type { BoundCursors, CursorCodec } from './cursor.ts';
export { defineRoute } from './define-route.ts';
export type {
  AnyRouteContext,
  Route,
  RouteAuth,
  RouteContext,
  RouteDefinition,
  RouteMethod,
  SignedInUser,
} from './define-route.ts';
export { paginate } from './paginate.ts';
export type { PageSource } from './paginate.ts';
