/** The slices this one imports, each by its front door. */
export const dependsOn = ['events', 'files', 'identity', 'outbox', 'phones', 'reports', 'routing'] as const;
