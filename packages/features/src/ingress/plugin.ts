/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'campaigns',
  'cloud-api',
  'connections',
  'conversations',
  'credentials',
  'lanes',
  'messages',
  'outbox',
  'reconciler',
  'send-effects',
  'templates',
] as const;
