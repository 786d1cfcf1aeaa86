// For the tests of sessions across processes: keeps sessions at a network of its own, and tells when it opens and closes one.
import process from 'node:process';
import { createDatabase } from '@zaphub/db';
import { readKeyRing, startSessionKeeper } from '@zaphub/features';
import { createSessionNetwork } from '@zaphub/providers/testing/sessions';
import { createLogger } from '@zaphub/telemetry';

const [url = '', owner = '', key = ''] = process.argv.slice(2);
const tell = (what: string): void => void process.send?.(`${owner} ${what}`);
const network = createSessionNetwork({ onOpen: (session) => session.tell({ kind: 'connected' }) });
const client = network.client(owner);
const db = createDatabase({ connectionString: url, applicationName: owner, maxConnections: 3 });
await startSessionKeeper(
  {
    db,
    ring: readKeyRing(key, undefined),
    logger: createLogger({ name: owner, level: 'warn', pretty: false }),
    providers: new Map([
      [
        'baileys',
        {
          ...client,
          async openSession(options) {
            const session = await client.openSession(options);
            tell('opened');
            return {
              ...session,
              close: async () => {
                await session.close();
                tell('closed');
              },
            };
          },
        },
      ],
    ]),
  },
  { owner, times: { leaseMs: 1_500, renewMs: 200, pingMs: 100 } },
);
tell('ready');
