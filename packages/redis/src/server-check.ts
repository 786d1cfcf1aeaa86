/** What a server says of itself that we care about. */
export interface ServerFacts {
  readonly version: string | undefined;
  /** What it does when its memory is full. */
  readonly evictionPolicy: string | undefined;
}

/** Oldest version that everything here is used with. */
const minimumVersion = [6, 2] as const;

/** Reads the reply to `INFO`. */
export function readServerFacts(info: string): ServerFacts {
  return {
    version: /^redis_version:(\S+)/m.exec(info)?.[1],
    evictionPolicy: /^maxmemory_policy:(\S+)/m.exec(info)?.[1],
  };
}

/** What is wrong with a server, in words for the log and for `/health`; empty when nothing is. */
export function serverWarnings(facts: ServerFacts, options: { readonly needsNoEviction: boolean }): string[] {
  const warnings: string[] = [];
  if (facts.version === undefined) {
    warnings.push('Redis did not tell its version: allow INFO to this user so that it can be checked');
  } else if (isTooOld(facts.version)) {
    warnings.push(`Redis ${facts.version} is older than ${minimumVersion.join('.')}: upgrade it`);
  }
  const policy = facts.evictionPolicy;
  if (options.needsNoEviction && policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `Redis may throw data away when it is full (${policy}): set maxmemory-policy to noeviction`,
    );
  }
  return warnings;
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < minimumVersion[0] || (major === minimumVersion[0] && minor < minimumVersion[1]);
}
