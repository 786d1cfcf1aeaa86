/** The library, and the two of its parts that it does not hand out by its front door. */
export interface Baileys {
  readonly lib: typeof import('baileys');
  readonly reporting: typeof import('baileys/lib/Utils/reporting-utils.js');
  readonly tokens: typeof import('baileys/lib/Utils/tc-token-utils.js');
}

/**
 * Imports Baileys: about 9 MB of code and 0.4 s, which only a process that opens a session pays. It is an optional
 * dependency; rejects when it was left out.
 */
export async function loadBaileys(): Promise<Baileys> {
  const [lib, reporting, tokens] = await Promise.all([
    import('baileys'),
    import('baileys/lib/Utils/reporting-utils.js'),
    import('baileys/lib/Utils/tc-token-utils.js'),
  ]);
  return { lib, reporting, tokens };
}
