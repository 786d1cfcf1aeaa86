export { createContacts, createTenant } from './factories.ts';
export type { ContactsOptions, TenantOptions, TestTenant } from './factories.ts';
export { createTestDatabase, useTestDatabase } from './test-database.ts';
export type { TestDatabase, TestUrls } from './test-database.ts';
export { startRedis } from './redis.ts';
export type { TestRedis, TestRedisOptions } from './redis.ts';
export { startRestartablePostgres } from './restartable-postgres.ts';
export type { RestartablePostgres } from './restartable-postgres.ts';
