/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'audit',
  'connections',
  'credentials',
  'lanes',
  'messages',
  'number-health',
  'outbox',
  'reconciler',
  'routing',
  'templates',
] as const;
