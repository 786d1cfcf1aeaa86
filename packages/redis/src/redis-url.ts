import { RedisError } from './redis-error.ts';

/** Where Redis is, and how it is reached. */
export interface RedisTarget {
  readonly kind: 'single' | 'cluster' | 'sentinel';
  /** Servers, cluster nodes to begin with, or sentinels; at least one. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Database number; 0 in a cluster. */
  readonly db: number;
  /** What the sentinels call the server; only for `sentinel`. */
  readonly masterName: string | undefined;
}

const shape =
  /^(?<scheme>rediss?)(?:\+(?<kind>cluster|sentinel))?:\/\/(?:(?<user>[^@:/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?#@]+)(?:\/(?<path>[^?#]*))?$/;

/**
 * Reads `redis://[user:password@]host[:port][/db]`, with `rediss` for TLS; `redis+cluster://host,host,…`; and
 * `redis+sentinel://host,host,…/master-name[/db]`. Ports default to 6379, of sentinels to 26379.
 *
 * @throws RedisError `redis_url_invalid`; its message does not repeat the password.
 */
export function parseRedisUrl(url: string): RedisTarget {
  const parts = shape.exec(url)?.groups;
  if (parts === undefined)
    throw invalid('expected redis://, rediss://, redis+cluster:// or redis+sentinel://');
  const kind = readKind(parts['kind']);
  const path = (parts['path'] ?? '').split('/').filter((part) => part !== '');
  const masterName = kind === 'sentinel' ? path.shift() : undefined;
  if (kind === 'sentinel' && masterName === undefined)
    throw invalid('the master name is missing after the hosts');
  const db = readDb(path);
  if (kind === 'cluster' && db !== 0) throw invalid('a cluster has database 0 only');
  const defaultPort = kind === 'sentinel' ? 26_379 : 6379;
  const hosts = (parts['hosts'] ?? '').split(',').map((host) => readHost(host, defaultPort));
  if (kind === 'single' && hosts.length > 1)
    throw invalid('several hosts need redis+cluster:// or redis+sentinel://');
  return {
    kind,
    hosts,
    tls: parts['scheme'] === 'rediss',
    username: decode(parts['user']),
    password: decode(parts['password']),
    db,
    masterName,
  };
}

/** The address for people: without the name and the password. */
export function describeTarget(target: RedisTarget): string {
  const hosts = target.hosts.map(({ host, port }) => `${host}:${port}`).join(',');
  const kind = target.kind === 'single' ? '' : `+${target.kind}`;
  return `${target.tls ? 'rediss' : 'redis'}${kind}://${hosts}${target.masterName === undefined ? '' : `/${target.masterName}`}`;
}

function readKind(kind: string | undefined): RedisTarget['kind'] {
  return kind === 'cluster' || kind === 'sentinel' ? kind : 'single';
}

function readHost(text: string, defaultPort: number): { host: string; port: number } {
  const match = /^(?:\[(?<ipv6>[0-9a-fA-F:.]+)\]|(?<name>[^:[\]]+))(?::(?<port>[0-9]{1,5}))?$/.exec(
    text,
  )?.groups;
  const host = match?.['ipv6'] ?? match?.['name'];
  if (host === undefined) throw invalid(`"${text}" is not a host`);
  const port = match?.['port'] === undefined ? defaultPort : Number(match['port']);
  if (port < 1 || port > 65_535) throw invalid(`${port} is not a port`);
  return { host, port };
}

function readDb(path: readonly string[]): number {
  const [db = '0', ...rest] = path;
  if (!/^[0-9]{1,5}$/.test(db) || rest.length > 0)
    throw invalid(`"${path.join('/')}" is not a database number`);
  return Number(db);
}

function decode(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new RedisError('redis_url_invalid', 'the name or the password is not percent-encoded', {
      cause: error,
    });
  }
}

function invalid(reason: string): RedisError {
  return new RedisError('redis_url_invalid', `not an address of Redis: ${reason}`);
}
