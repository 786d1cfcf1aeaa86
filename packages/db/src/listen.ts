import pg from 'pg';

/** A subscription to NOTIFY. `close` is idempotent. */
export interface Listener {
  close(): Promise<void>;
}

const firstRetryMs = 100;
const longestRetryMs = 5_000;

/**
 * Hears a channel until closed. The first connection must succeed; later ones are retried with backoff, and
 * `onReconnect` runs after each, because notifications sent meanwhile are gone.
 */
export async function listenOn(
  connectionString: string,
  channel: string,
  onPayload: (payload: string) => void,
  onReconnect?: () => void,
): Promise<Listener> {
  let current: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let retryMs = firstRetryMs;

  const open = async (): Promise<void> => {
    const client = new pg.Client({ connectionString, keepAlive: true, application_name: 'zaphub-listen' });
    let isLost = false;
    const lost = (): void => {
      if (isLost || isClosed) return;
      isLost = true;
      client.end().catch(() => undefined); // already broken: nothing is left to end
      reopenLater();
    };
    client.on('notification', (message) => onPayload(message.payload ?? ''));
    client.on('error', lost);
    client.on('end', lost);
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      isLost = true;
      client.end().catch(() => undefined); // as above
      throw error;
    }
    current = client;
    retryMs = firstRetryMs;
    // Closed while this connection was on its way: `close` could not see it.
    if (isClosed) await client.end();
  };

  const reopenLater = (): void => {
    if (isClosed) return;
    timer = setTimeout(() => {
      open().then(() => onReconnect?.(), reopenLater);
    }, retryMs);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  };

  await open();
  return {
    async close() {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(timer);
      await current?.end();
    },
  };
}
