export { hashSetupToken } from './setup-token.ts';
export { listMemberships, readTenant } from './queries.ts';
export type { Membership } from './queries.ts';
export { tenantRoutes } from './routes.ts';
