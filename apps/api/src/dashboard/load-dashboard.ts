import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** One file of the built dashboard and how to serve it. */
export interface DashboardFile {
  readonly path: string;
  readonly contentType: string;
  readonly etag: string;
  /** Its name carries a hash of its contents: it can be kept for ever. */
  readonly isImmutable: boolean;
  readonly sizeBytes: number;
  /** The same, compressed at build time. */
  readonly encoded: Readonly<Partial<Record<'br' | 'gzip', { path: string; sizeBytes: number }>>>;
}

/** The built dashboard as it was when it was read: a request can name one of these files and nothing else. */
export interface Dashboard {
  /** By address, such as `/assets/index-3f2a9c1b.js`. */
  readonly files: ReadonlyMap<string, DashboardFile>;
  /** Of the inline scripts of index.html, for the content security policy. */
  readonly inlineScriptHashes: readonly string[];
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Reads the folder of the built dashboard; empty when it was not built. */
export async function loadDashboard(directory: string): Promise<Dashboard> {
  const paths = await listFiles(directory);
  const known = new Set(paths);
  const files = new Map<string, DashboardFile>();
  let inlineScriptHashes: readonly string[] = [];
  for (const path of paths) {
    const original = path.replace(/\.(br|gz)$/, '');
    if (original !== path && known.has(original)) continue;
    const address = '/' + relative(directory, path).split(sep).join('/');
    const contents = await readFile(path);
    if (address === '/index.html') inlineScriptHashes = hashInlineScripts(contents.toString());
    files.set(address, {
      path,
      contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(contents).digest('base64url').slice(0, 27)}"`,
      isImmutable: /^\/assets\/.*-[\w-]{8,}\.\w+$/.test(address),
      sizeBytes: contents.length,
      encoded: {
        ...(known.has(path + '.br') ? { br: await measure(path + '.br') } : {}),
        ...(known.has(path + '.gz') ? { gzip: await measure(path + '.gz') } : {}),
      },
    });
  }
  return { files, inlineScriptHashes };
}

async function listFiles(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function measure(path: string): Promise<{ path: string; sizeBytes: number }> {
  return { path, sizeBytes: (await stat(path)).size };
}

function hashInlineScripts(html: string): string[] {
  return [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `sha256-${createHash('sha256').update(script).digest('base64')}`,
  );
}
