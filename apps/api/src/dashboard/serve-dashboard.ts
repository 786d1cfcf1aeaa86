import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import { requestInfo } from '../http/request-info.ts';
import type { Dashboard, DashboardFile } from './load-dashboard.ts';

/** Addresses that are never a page of the dashboard. */
const notPages = /^\/(api|auth|rest|assets)(\/|$)/;

/** Serves the built dashboard, compressed as it was built; any other page address gets index.html. */
export function serveDashboard(dashboard: Dashboard): RequestHandler {
  const index = dashboard.files.get('/index.html');
  return async (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      next();
      return;
    }
    const file = dashboard.files.get(req.path) ?? (isPage(req) ? index : undefined);
    if (!file) {
      next();
      return;
    }
    requestInfo(req).route = file === index ? 'dashboard page' : 'dashboard file';
    await sendFile(req, res, file);
  };
}

function isPage(req: Request): boolean {
  if (notPages.test(req.path)) return false;
  const lastPart = req.path.slice(req.path.lastIndexOf('/') + 1);
  return !lastPart.includes('.') && req.accepts('html') !== false;
}

async function sendFile(req: Request, res: Response, file: DashboardFile): Promise<void> {
  res.setHeader('Content-Type', file.contentType);
  res.setHeader('Cache-Control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  res.setHeader('Vary', 'Accept-Encoding');
  const encoding = chooseEncoding(req, file);
  const etag = encoding === undefined ? file.etag : file.etag.replace(/"$/, `-${encoding}"`);
  res.setHeader('ETag', etag);
  if (isKnown(req.headers['if-none-match'], etag)) {
    res.statusCode = 304;
    res.end();
    return;
  }
  const variant = (encoding && file.encoded[encoding]) ?? file;
  if (encoding !== undefined) res.setHeader('Content-Encoding', encoding);
  res.setHeader('Content-Length', variant.sizeBytes);
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  try {
    await pipeline(createReadStream(variant.path), res);
  } catch (error) {
    if (!res.destroyed) throw error; // else the reader left in the middle
  }
}

function chooseEncoding(req: Request, file: DashboardFile): 'br' | 'gzip' | undefined {
  const available = (['br', 'gzip'] as const).filter((encoding) => file.encoded[encoding]);
  return available.find((encoding) => req.acceptsEncodings(encoding) !== false);
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((known) => known.trim().replace(/^W\//, '') === etag);
}
