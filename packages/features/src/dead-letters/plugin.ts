/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'audit',
  'campaigns',
  'imports',
  'lanes',
  'messages',
  'outbox',
  'routing',
  'templates',
  'verify',
] as const;
