import autocannon from 'autocannon';

/** What an address answered while it was asked as fast as it could. */
export interface Hammered {
  readonly perSecond: number;
  readonly replies: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Of one reply, with its head. */
  readonly bytes: number;
}

export interface HammerOptions {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Paths that each connection asks for in turn, each beginning at another; default the address itself. */
  readonly paths?: readonly string[];
}

/** Asks over `connections` connections, one request at a time on each. @throws unless every reply was a 2xx */
export async function hammer({
  url,
  connections,
  seconds,
  headers,
  paths,
}: HammerOptions): Promise<Hammered> {
  let begun = 0;
  const setupClient = (client: autocannon.Client): void => {
    if (paths === undefined) return;
    const first = begun++ % paths.length;
    client.setRequests([...paths.slice(first), ...paths.slice(0, first)].map((path) => ({ path })));
  };
  // autocannon knows no p95 of its own, so the latencies are kept here.
  const latenciesMs: number[] = [];
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      { url, connections, duration: seconds, headers: { ...headers }, setupClient },
      (error: unknown, done) => (error instanceof Error ? reject(error) : resolve(done)),
    );
    instance.on('response', (_client, _status, _bytes, ms) => void latenciesMs.push(ms));
  });
  if (result.non2xx > 0 || result.errors > 0 || result['2xx'] === 0) {
    throw new Error(`${url}: ${result['2xx']} answered, ${result.non2xx} refused, ${result.errors} failed`);
  }
  latenciesMs.sort((a, b) => a - b);
  const at = (part: number): number => latenciesMs[Math.floor(latenciesMs.length * part)] ?? Number.NaN;
  return {
    perSecond: result['2xx'] / result.duration,
    replies: result['2xx'],
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    bytes: result.throughput.total / result['2xx'],
  };
}
