import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import process, { env } from 'node:process';
import { createDistributedCache, type DistributedCache } from '@zaphub/cache';
import { createDatabase, type Database } from '@zaphub/db';
import { ContextPool, createContextBuilder, createKernel, definePlugin } from '@zaphub/kernel';
import { silentLogger } from '@zaphub/telemetry';
import { defineTenantDirectory } from '../compose/define-tenant-directory.ts';
import type { ApiRequest } from '../context/api-request.ts';
import { defineAuth } from '../context/define-auth.ts';
import { definePlan } from '../context/define-plan.ts';
import { defineTenant } from '../context/define-tenant.ts';
import { readJsonBody } from '../http/read-json-body.ts';

/**
 * What `npm run bench -- context` asks: the api's own enhancers over a real database. `/together` builds the context
 * while the body arrives, `/in-turn` afterwards, `/spin/fresh` and `/spin/pooled` answer builds a second of a person
 * who is known. Sends its port to its parent.
 */
const database = definePlugin<Database>({
  name: 'database',
  start: () => {
    const db = createDatabase({ connectionString: env['DATABASE_URL'] ?? '' });
    return { api: db, close: () => db.close() };
  },
});
const cache = definePlugin<DistributedCache>({
  name: 'cache',
  start: () => {
    const own = createDistributedCache({ redis: undefined, logger: silentLogger });
    return { api: own, close: () => own.close() };
  },
});
const auth = defineAuth({
  keys: { kind: 'secret', secret: env['JWT_SECRET'] ?? '' },
  issuer: undefined,
  audience: undefined,
});
const tenant = defineTenant({ database, auth });
const tenants = defineTenantDirectory({ database, cache });
const plan = definePlan({ tenants, tenant });
const kernel = createKernel([database, cache, auth, tenant, tenants, plan]);
await kernel.start();
const contexts = createContextBuilder(
  { auth, tenant, plan },
  { auth: kernel.api(auth), tenant: kernel.api(tenant), plan: kernel.api(plan) },
);
type Context = ReturnType<typeof contexts.empty>;
const pool = new ContextPool<Context>({
  create: () => contexts.empty(),
  reset: (context) => {
    context.auth = undefined;
    context.tenant = undefined;
    context.plan = 'free';
  },
  maxSize: 200,
  warmUp: 200,
});

const spins = 20_000;
const atOnce = 50;

const server = createServer((req, res) => {
  answer(req).then(
    (reply) => res.end(JSON.stringify(reply)),
    (error: unknown) => {
      res.statusCode = 500;
      res.end(String(error));
    },
  );
});
server.listen(0, '127.0.0.1', () => {
  // A listening TCP server has an address with a port.
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());

async function answer(req: IncomingMessage): Promise<unknown> {
  const request: ApiRequest = { route: { auth: 'tenant' }, headers: req.headers };
  const { url = '' } = req;
  switch (url) {
    case '/together': {
      const arriving = readJsonBody(req, { maxBytes: 100 * 1024, timeoutMs: 10_000 });
      const context = await contexts.build(request);
      return { plan: context.plan, hasBody: (await arriving) !== undefined };
    }
    case '/in-turn': {
      const body = await readJsonBody(req, { maxBytes: 100 * 1024, timeoutMs: 10_000 });
      const context = await contexts.build(request);
      return { plan: context.plan, hasBody: body !== undefined };
    }
    case '/spin/fresh':
      return spin(() => contexts.build(request));
    case '/spin/pooled':
      return spin(async () => {
        const context = pool.acquire();
        try {
          await contexts.build(request, context);
        } finally {
          pool.release(context);
        }
      });
    default:
      throw new Error(`no such address: ${url}`);
  }
}

/** Builds a second, `atOnce` at a time. */
async function spin(build: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < spins; i += atOnce) await Promise.all(Array.from({ length: atOnce }, build));
  return (spins * 1000) / (performance.now() - start);
}
