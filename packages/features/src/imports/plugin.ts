/** The slices this one imports, each by its front door. */
export const dependsOn = ['events', 'outbox', 'reconciler', 'reports', 'routing'] as const;
