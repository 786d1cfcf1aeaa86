/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'campaigns',
  'files',
  'messages',
  'outbox',
  'reports',
  'routing',
  'verify',
] as const;
