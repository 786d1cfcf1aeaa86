/** The slices this one imports, each by its front door. */
export const dependsOn = ['audit', 'messages', 'opt-outs', 'routing', 'verify'] as const;
