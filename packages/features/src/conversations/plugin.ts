/** The slices this one imports, each by its front door. */
export const dependsOn = [
  'direct-messages',
  'identity',
  'lanes',
  'messages',
  'opt-outs',
  'routing',
  'sender-pools',
  'templates',
  'verify',
  'webhooks',
] as const;
