/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'audiences',
  'connections',
  'events',
  'messages',
  'outbox',
  'reconciler',
  'routing',
  'templates',
] as const;
