/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'audit',
  'campaigns',
  'imports',
  'messages',
  'outbox',
  'routing',
  'verify',
] as const;
