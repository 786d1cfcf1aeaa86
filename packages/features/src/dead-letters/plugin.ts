/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'audit',
  'campaigns',
  'lanes',
  'messages',
  'outbox',
  'phones',
  'routing',
  'templates',
  'verify',
] as const;
