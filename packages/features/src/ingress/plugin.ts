/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'connections',
  'conversations',
  'credentials',
  'messages',
  'outbox',
  'reconciler',
] as const;
