import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { useTestApi } from '../testing/test-api.ts';

const theme = 'document.documentElement.dataset.theme = "dark"';
const html = `<!doctype html><script>${theme}</script><script type="module" src="/assets/index-abcd1234.js"></script>`;
const script = 'console.log(1);'.repeat(200);
const webDir = mkdtempSync(join(tmpdir(), 'zaphub-web-'));
mkdirSync(join(webDir, 'assets'));
writeFileSync(join(webDir, 'index.html'), html);
writeFileSync(join(webDir, 'sw.js'), 'self');
writeFileSync(join(webDir, 'assets/index-abcd1234.js'), script);
writeFileSync(join(webDir, 'assets/index-abcd1234.js.br'), brotliCompressSync(script));
writeFileSync(join(webDir, 'assets/index-abcd1234.js.gz'), gzipSync(script));
afterAll(() => rmSync(webDir, { recursive: true }));

const api = useTestApi({ webDir });

function raw(path: string, encoding: string): Promise<{ encoding: string | undefined; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(api.url + path, { headers: { 'accept-encoding': encoding } }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () =>
        resolve({ encoding: res.headers['content-encoding'], body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

test('a hashed file is served as it was compressed at build time, for ever', async () => {
  const path = '/assets/index-abcd1234.js';
  const brotli = await raw(path, 'gzip, deflate, br');
  expect([brotli.encoding, brotliDecompressSync(brotli.body).toString()]).toEqual(['br', script]);
  const gzip = await raw(path, 'gzip');
  expect([gzip.encoding, gunzipSync(gzip.body).toString()]).toEqual(['gzip', script]);
  const plain = await raw(path, 'identity');
  expect([plain.encoding, plain.body.toString()]).toEqual([undefined, script]);
  const { headers } = await api.call(path);
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(headers.get('vary')).toContain('Accept-Encoding');
});

test('pages and the service worker are asked for each time, and cost nothing when they are the same', async () => {
  for (const path of ['/', '/campaigns/cmp_0123', '/sw.js']) {
    const first = await api.call(path, { headers: { accept: 'text/html' } });
    expect([path, first.status, first.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
    const etag = first.headers.get('etag') ?? '';
    const second = await api.call(path, { headers: { accept: 'text/html', 'if-none-match': etag } });
    expect([second.status, await second.text()]).toEqual([304, '']);
  }
});

test('an inline script of the page is allowed by its hash, and no other', async () => {
  const policy = (await api.call('/')).headers.get('content-security-policy') ?? '';
  const hash = createHash('sha256').update(theme).digest('base64');
  expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
  expect(policy).not.toContain("script-src 'self' 'unsafe-inline'");
});

test.each([
  '/assets/gone-abcd1234.js',
  '/missing.png',
  '/api/v1/x',
  '/auth/x',
  '/../package.json',
  '/..%2fpackage.json',
  '/assets/index-abcd1234.js.br/..',
  '/%00',
])('%s is not a page', async (path) => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    // Not fetch: it would tidy the address up.
    request({ port: new URL(api.url).port, path, headers: { accept: 'text/html' } }, (res) => {
      res.resume();
      resolve(res.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(path === '/%00' ? 200 : 404);
});

test('a page is not posted to', async () => {
  expect((await api.call('/', { method: 'POST' })).status).toBe(404);
});
