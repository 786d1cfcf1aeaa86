/** The slices this one imports, each by its front door. */
export const dependsOn = ['audit', 'identity', 'imports', 'opt-outs', 'routing'] as const;
