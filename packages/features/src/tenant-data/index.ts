export { createDeletionHandler } from './jobs/delete-tenant.ts';
export { createExportHandler } from './jobs/export-tenant.ts';
export { tenantDataRoutes } from './routes.ts';
