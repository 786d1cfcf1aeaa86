import { setTimeout as delay } from 'node:timers/promises';
import type { RunningPostgres } from './start-postgres.ts';

const firstPauseMs = 250;
const longestPauseMs = 10_000;

/**
 * Starts Postgres through `start` and starts it again, on the same port, whenever it ends by itself (out of
 * memory, killed). Pauses between failed attempts double up to ten seconds; it never gives up before `close`.
 *
 * @param preferredPort the port to ask for at the first start
 * @param onRestart called after each recovery
 */
export async function keepPostgresRunning(
  start: (port: number | undefined) => Promise<RunningPostgres>,
  preferredPort: number | undefined,
  onRestart: () => void,
): Promise<Omit<RunningPostgres, 'exited'>> {
  let current = await start(preferredPort);
  const { url, port, dataDir } = current;
  const stop = new AbortController();
  const watching = watch();

  return {
    url,
    port,
    dataDir,
    close: async (mode) => {
      stop.abort();
      await current.close(mode);
      await watching;
    },
  };

  async function watch(): Promise<void> {
    for (;;) {
      await current.exited;
      let pauseMs = firstPauseMs;
      while (!stop.signal.aborted) {
        const next = await start(port).catch(() => undefined); // Its log file has the reason.
        if (next && next.port === port && !stop.signal.aborted) {
          current = next;
          onRestart();
          break;
        }
        // Somebody else holds the port, or we are closing: the addresses we gave out must stay true.
        await next?.close();
        await delay(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
      if (stop.signal.aborted) return;
    }
  }
}
