/** The slices this one imports, each by its front door. */
export const dependsOn = ['audit', 'credentials', 'events', 'outbox', 'routing'] as const;
