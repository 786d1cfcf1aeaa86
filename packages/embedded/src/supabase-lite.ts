import { serve, type ServerType } from '@hono/node-server';
import { once } from 'node:events';
import process from 'node:process';
import { findFreePort } from './free-port.ts';
import type { Secrets } from './secrets.ts';

/** A message the Auth API wants delivered (password recovery, e-mail change). */
export interface AuthEmail {
  readonly to: string;
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
}

/** What the Auth and Data API server runs on. */
export interface SupabaseLiteOptions {
  /** Connection string of the `authenticator` role. */
  readonly databaseUrl: string;
  readonly secrets: Pick<Secrets, 'jwtSecret' | 'publishableKey' | 'secretKey'>;
  readonly port: number | undefined;
  /** Where links in e-mails lead. */
  readonly siteUrl: string;
  readonly onEmail: (email: AuthEmail) => void;
}

/** A running Auth and Data API on a loopback port. */
export interface RunningSupabaseLite {
  readonly url: string;
  readonly port: number;
  /** Makes tables that were created or changed since visible to the Data API. */
  reloadSchema(): Promise<void>;
  close(): Promise<void>;
}

/** Everything else the server can do (a studio, its own configuration and connection string) stays closed. */
const servedPaths = ['/auth/v1/', '/rest/v1/'];
const bindAttempts = 5;

/**
 * Serves Supabase's Auth and Data API on 127.0.0.1 over an existing database. Its telemetry (only its
 * command line has any), studio and keyless admin mode are off.
 */
export async function startSupabaseLite(options: SupabaseLiteOptions): Promise<RunningSupabaseLite> {
  const { App, createPostgresConnection } = await loadLite();
  const connection = createPostgresConnection({
    url: options.databaseUrl,
    postgresOptions: { max: 8, idle_timeout: 60, onnotice: () => undefined },
  });
  // At the first request Lite would grant every table to anon and authenticated (as a schema's owner would
  // want on a bare database), or skip row-level security while no table has it. Our roles and grants are
  // complete, so its check is answered beforehand; the field is private in its types only.
  Object.assign(connection, { rlsState: 'active' });
  const app = new App({
    connection,
    api: { schemas: ['public'], max_rows: 1000 },
    auth: {
      enabled: true,
      jwt_secret: options.secrets.jwtSecret,
      publishable_key: options.secrets.publishableKey,
      secret_key: options.secrets.secretKey,
      site_url: options.siteUrl,
      minimum_password_length: 8,
      email: { enable_signup: true, enable_confirmations: false },
    },
    options: {
      server: { disableStudio: true, disableFallback: true, admin: false },
      drivers: {
        email: {
          send: (message) => {
            options.onEmail(message);
            return Promise.resolve();
          },
        },
      },
    },
  });
  await app.init();
  await app.ensureSystemSchema();

  const { server, port } = await listen(options.port, (request, remoteAddress) =>
    servedPaths.some((path) => new URL(request.url).pathname.startsWith(path))
      ? app.fetch(request, { peerAddress: remoteAddress })
      : new Response(undefined, { status: 404 }),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    reloadSchema: () => connection.clearSchemaCache(),
    close: async () => {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await connection.close();
    },
  };
}

/** Lite replaces `process.emitWarning` with one that fails on warnings that are errors: put ours back. */
async function loadLite() {
  // oxlint-disable-next-line typescript/unbound-method -- saved to be put back, never called from here
  const { emitWarning } = process;
  const [{ App }, { createPostgresConnection }] = await Promise.all([
    import('@supabase/lite'),
    import('@supabase/lite/postgres'),
  ]);
  process.emitWarning = emitWarning;
  return { App, createPostgresConnection };
}

async function listen(
  preferredPort: number | undefined,
  handle: (request: Request, remoteAddress: string | null) => Response | Promise<Response>,
): Promise<{ server: ServerType; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort(attempt === 1 ? preferredPort : undefined);
    const server = serve({
      hostname: '127.0.0.1',
      port,
      // The bindings are the node:http objects; the adapter types them as unknown.
      fetch: (request, env) =>
        handle(
          request,
          (env as { incoming: { socket: { remoteAddress?: string } } }).incoming.socket.remoteAddress ?? null,
        ),
    });
    try {
      await once(server, 'listening');
      return { server, port };
    } catch (error) {
      if (attempt >= bindAttempts) throw error;
    }
  }
}
