/** The slices this one imports, each by its front door. */
export const dependsOn = ['connections', 'credentials', 'lanes', 'messages', 'outbox', 'reconciler'] as const;
