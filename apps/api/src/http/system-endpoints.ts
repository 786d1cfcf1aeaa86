import type { ServerResponse } from 'node:http';
import { AppError } from '@zaphub/types';
import type { RequestHandler } from 'express';
import { requestInfo } from './request-info.ts';

/** The state of the process, for whoever runs it. */
export interface SystemState {
  /** Rejects while requests would fail for lack of something. */
  checkReady(): Promise<void>;
  isClosing(): boolean;
  streams(): number;
}

export interface PublicConfig {
  readonly supabase_url: string;
  readonly supabase_key: string;
  readonly version: string;
}

/** `/livez` (the process), `/readyz` (send it traffic), `/health` (details) and `/config.json` (for the dashboard). */
export function systemEndpoints(state: SystemState, publicConfig: PublicConfig): RequestHandler {
  const endpoints: Readonly<Record<string, (res: ServerResponse) => Promise<void> | void>> = {
    '/livez': (res) => send(res, 200, { status: 'ok' }),
    '/readyz': async (res) => {
      const problem = await unreadiness(state);
      send(res, problem === undefined ? 200 : 503, problem ?? { status: 'ok' });
    },
    '/health': async (res) => {
      const problem = await unreadiness(state);
      const { rss } = process.memoryUsage();
      send(res, problem === undefined ? 200 : 503, {
        status: problem === undefined ? 'ok' : 'degraded',
        ...(problem === undefined ? {} : { reason: problem.reason }),
        version: publicConfig.version,
        uptime_seconds: Math.round(process.uptime()),
        rss_bytes: rss,
        event_streams: state.streams(),
      });
    },
    '/config.json': (res) => send(res, 200, publicConfig),
  };
  return async (req, res, next) => {
    const endpoint = Object.hasOwn(endpoints, req.path) ? endpoints[req.path] : undefined;
    if (!endpoint) {
      next();
      return;
    }
    requestInfo(req).route = req.path;
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('Allow', 'GET, HEAD');
      throw new AppError('method_not_allowed', `${req.method} ${req.path}`);
    }
    await endpoint(res);
  };
}

async function unreadiness(state: SystemState): Promise<{ status: string; reason: string } | undefined> {
  if (state.isClosing()) return { status: 'unavailable', reason: 'closing' };
  try {
    await state.checkReady();
    return undefined;
  } catch (error) {
    const reason = error instanceof AppError ? error.message : 'the database cannot be asked';
    return { status: 'unavailable', reason };
  }
}

function send(res: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.end(text);
}
