/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'audiences',
  'cloud-api',
  'connections',
  'direct-messages',
  'events',
  'identity',
  'lanes',
  'messages',
  'outbox',
  'pacing',
  'reconciler',
  'routing',
  'schedules',
  'sender-pools',
  'templates',
] as const;
