/** The slices this one imports, each by its front door. */
export const dependsOn = ['connections', 'events', 'idempotency', 'identity', 'phones', 'routing'] as const;
