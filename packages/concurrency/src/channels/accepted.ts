/** The one promise that every send answers whose value was accepted at once: such a send allocates nothing. */
export const accepted: Promise<void> = /* @__PURE__ */ Promise.resolve();
