/** How long a message takes a lane of each kind of network, as this process has lately seen it. */
export interface LaneSpeeds {
  /** Milliseconds for a message; `undefined` as long as nobody knows. */
  expected(provider: string): number | undefined;
  /** Notes what a batch came to that nothing but the network and this process held up. */
  note(provider: string, msPerMessage: number): void;
}

/** Nothing is known yet. A turn does not know how many lanes it shares the process with: its first batch goes by this. */
export function createLaneSpeeds(): LaneSpeeds {
  const known = new Map<string, number>();
  return {
    expected: (provider) => known.get(provider),
    note(provider, msPerMessage) {
      const before = known.get(provider);
      known.set(provider, before === undefined ? msPerMessage : (before + msPerMessage) / 2);
    },
  };
}
