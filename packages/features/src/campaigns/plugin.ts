/** The slices this one imports, each by its front door. */
export const dependsOn = ['audiences', 'connections', 'events', 'messages', 'routing', 'templates'] as const;
