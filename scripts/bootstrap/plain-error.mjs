/** A failure told in one sentence, with what to do about it; no stack trace. */
export class PlainError extends Error {
  /**
   * @param {string} message what happened
   * @param {string} remedy what to do
   */
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

const supported = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];

/** Why ZapHub cannot run on this system, or `undefined`. */
export function unsupportedSystem(system = `${process.platform}-${process.arch}`, glibc = glibcVersion()) {
  if (!supported.includes(system)) {
    return new PlainError(
      `ZapHub does not run on this system (${system}): there is no Node 24 or no Postgres for it.`,
      `Use one of: ${supported.join(', ')}. On 32-bit Windows, install 64-bit Node on a 64-bit Windows.`,
    );
  }
  if (system.startsWith('linux') && !glibc) {
    return new PlainError(
      'ZapHub does not run on a Linux without glibc (such as Alpine).',
      'Use Debian, Ubuntu, Fedora or another Linux with glibc; in a container, an image such as node:24-slim.',
    );
  }
  return undefined;
}

function glibcVersion() {
  if (process.platform !== 'linux') return undefined;
  process.report.excludeNetwork = true; // The network part may take seconds.
  return process.report.getReport().header.glibcVersionRuntime;
}
