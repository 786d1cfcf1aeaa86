import process from 'node:process';
import { openRedis } from '@zaphub/redis';
import { silentLogger } from '@zaphub/telemetry';
import { createEventHub } from './create-event-hub.ts';
import { createRedisEventLog } from './redis-event-log.ts';
import { startStreamServer } from './test-stream.ts';

// One instance of the product, for tests that kill it: a hub on a Redis that others share, on a port of its own.
const [redisUrl = '', tenantId = ''] = process.argv.slice(2);
const redis = await openRedis({ logger: silentLogger }, { url: redisUrl });
const hub = await createEventHub(
  { log: createRedisEventLog(redis), random: Math.random },
  { heartbeatMs: 500, spacingMs: 20 },
);
const { url } = await startStreamServer((res, req) => {
  const header = req.headers['last-event-id'];
  void hub.subscribe(
    {
      tenantId,
      lastEventId: typeof header === 'string' ? header : undefined,
      expiresAt: new Date(Date.now() + 600_000),
      isAllowed: () => Promise.resolve(true),
    },
    res,
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.(Number(new URL(url).port));
