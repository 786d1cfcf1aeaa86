import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process, { argv, env } from 'node:process';
import express from 'express';
import pg from 'pg';
import { contactsSql, tenantBegin, tenantSql } from './same-sql.ts';

/**
 * Routes written straight on Express 5 and pg, with the api's statements and as many connections, and nothing else: no
 * identity, no limits, no schemas, no log. Told `transaction` it does what row-level security needs, told `select` it
 * trusts its own where clause. Sends its port to its parent.
 */
const [, , kind = '', tenantId = '', userId = ''] = argv;
const pool = new pg.Pool({
  connectionString: env['DATABASE_URL'],
  max: Number(env['DATABASE_MAX_CONNECTIONS']),
});

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/hello', (_req, res) => void res.json({ hello: 'world' }));
app.get('/tenant', async (_req, res) => {
  const [row] = await read('bare_tenant', tenantSql, [tenantId]);
  res.json(row);
});
app.get('/contacts', async (_req, res) => {
  const rows = await read('bare_contacts', contactsSql, [tenantId, 51]);
  res.json({ data: rows.slice(0, 50), has_more: rows.length > 50 });
});
const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  // A listening TCP server has an address with a port.
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());

async function read(name: string, text: string, values: unknown[]): Promise<unknown[]> {
  if (kind === 'select') return (await pool.query<Record<string, unknown>>({ name, text, values })).rows;
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query({ name: 'tenant_begin', text: tenantBegin, values: [tenantId, userId] });
    const { rows } = await client.query<Record<string, unknown>>({ name, text, values });
    await client.query('commit');
    return rows;
  } finally {
    client.release();
  }
}
