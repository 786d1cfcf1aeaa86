/** The slices this one imports, each by its front door. */
export const dependsOn = ['files', 'outbox', 'reports', 'routing', 'tasks', 'tenants', 'verify'] as const;
