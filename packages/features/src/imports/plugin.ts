/** The slices this one imports, each by its front door. */
export const dependsOn = ['events', 'files', 'identity', 'outbox', 'reports', 'routing'] as const;
