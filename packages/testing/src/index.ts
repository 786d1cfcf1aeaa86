export { createContacts, createTenant } from './factories.ts';
export type { ContactsOptions, TenantOptions, TestTenant } from './factories.ts';
export { createTestDatabase, useTestDatabase } from './test-database.ts';
export type { TestDatabase, TestUrls } from './test-database.ts';
