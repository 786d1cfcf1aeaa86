import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The library, and the two of its parts that it does not hand out by its front door. */
export interface Baileys {
  readonly lib: typeof import('baileys');
  readonly reporting: typeof import('baileys/lib/Utils/reporting-utils.js');
  readonly tokens: typeof import('baileys/lib/Utils/tc-token-utils.js');
}

/**
 * Imports Baileys: 60 MB of memory and 0.3 s of work, which only a process that opens a session pays. It is an optional
 * dependency; rejects when it was left out.
 */
export async function loadBaileys(): Promise<Baileys> {
  const [lib, reporting, tokens] = await Promise.all([
    import('baileys'),
    import('baileys/lib/Utils/reporting-utils.js'),
    import('baileys/lib/Utils/tc-token-utils.js'),
  ]);
  keepKeysOutOfLogs();
  return { lib, reporting, tokens };
}

const silenced = Symbol('silenced');
/** Of Baileys' own dependency, which is none of ours. */
const sessionRecord = 'libsignal/src/session_record.js';
const tellsKeys = ['closeSession', 'openSession', 'removeOldSessions'] as const;

/** libsignal writes whole sessions, private keys included, to the console: those three of its methods lose their voice. */
function keepKeysOutOfLogs(): void {
  const require = createRequire(fileURLToPath(import.meta.resolve('baileys')));
  // A class of CommonJS; only that it has these methods is relied on, and a test would miss them.
  const { prototype } = require(sessionRecord) as {
    readonly prototype: Record<(typeof tellsKeys)[number], (...given: unknown[]) => unknown> & {
      [silenced]?: true;
    };
  };
  if (prototype[silenced]) return;
  prototype[silenced] = true;
  for (const name of tellsKeys) {
    const method = prototype[name];
    prototype[name] = function (this: unknown, ...given: unknown[]): unknown {
      const { info, warn } = console;
      // The method is synchronous: nobody else can speak in between.
      console.info = console.warn = () => undefined;
      try {
        return Reflect.apply(method, this, given);
      } finally {
        console.info = info;
        console.warn = warn;
      }
    };
  }
}
