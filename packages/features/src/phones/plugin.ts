/** The slices this one imports, each by its front door. */
export const dependsOn = [] as const;
