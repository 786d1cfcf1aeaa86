import type { ServerResponse } from 'node:http';
import { AppError } from '@zaphub/types';
import type { RequestHandler } from 'express';
import type { Health } from '../health/health.ts';
import { requestInfo } from './request-info.ts';

/** The state of the process, for whoever runs it. */
export interface SystemState {
  readonly health: Health;
  isClosing(): boolean;
  streams(): number;
}

export interface PublicConfig {
  readonly supabase_url: string;
  readonly supabase_key: string;
  readonly version: string;
  /** Kinds of connection that are switched on here. */
  readonly providers: readonly string[];
}

/**
 * `/livez` (the process), `/readyz` (send it traffic), `/health` (details) and `/config.json` (for the dashboard).
 * A degraded process wants traffic all the same: another one would be no better.
 */
export function systemEndpoints(state: SystemState, publicConfig: PublicConfig): RequestHandler {
  const endpoints: Readonly<Record<string, (res: ServerResponse) => Promise<void> | void>> = {
    '/livez': (res) => send(res, 200, { status: 'ok' }),
    '/readyz': async (res) => {
      const { status, reason } = await state.health.report();
      if (state.isClosing()) send(res, 503, { status: 'unavailable', reason: 'closing' });
      else if (status === 'unavailable') send(res, 503, { status, reason });
      else send(res, 200, { status: 'ok' });
    },
    '/health': async (res) => {
      const report = await state.health.report();
      const isClosing = state.isClosing();
      const status = isClosing ? 'unavailable' : report.status;
      send(res, status === 'unavailable' ? 503 : 200, {
        status,
        reason: isClosing ? 'closing' : report.reason,
        version: publicConfig.version,
        uptime_seconds: Math.round(process.uptime()),
        event_streams: state.streams(),
        checks: report.checks,
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

function send(res: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.end(text);
}
