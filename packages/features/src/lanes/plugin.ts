/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'cloud-api',
  'direct-messages',
  'events',
  'identity',
  'messages',
  'number-health',
  'pacing',
  'sender-pools',
  'templates',
  'verify',
] as const;
