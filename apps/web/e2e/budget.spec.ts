import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const largestChunkBytes = 500_000;
const largestInitialGzipBytes = 200_000;

test('the first page loads no lazy chunk and little JavaScript', () => {
  const initial = initialScripts();
  const names = initial.map((path) => path.replace(/^.*\/|-[\w-]{8}\.js$/g, ''));
  for (const lazy of [
    'auth',
    'controls',
    'forms',
    'en',
    'pt-BR',
    'live-client',
    'shell',
    'home',
    'campaign',
    'setup',
    'sign-in',
  ]) {
    expect(names).not.toContain(lazy);
  }
  const gzipBytes = initial.reduce((sum, path) => sum + gzipSync(readFileSync(dist + path)).byteLength, 0);
  expect(gzipBytes).toBeLessThan(largestInitialGzipBytes);
});

test('no chunk is too large, and every text file has its compressed copies', () => {
  const assets = readdirSync(`${dist}assets`);
  const scripts = assets.filter((name) => name.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(20);
  for (const name of scripts) {
    const { byteLength } = readFileSync(`${dist}assets/${name}`);
    expect(byteLength, name).toBeLessThan(largestChunkBytes);
    if (byteLength < 1024) continue;
    expect(assets).toContain(`${name}.br`);
    expect(assets).toContain(`${name}.gz`);
  }
});

test('the page needs no inline script', () => {
  const html = readFileSync(`${dist}index.html`, 'utf8');
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
});

function initialScripts(): string[] {
  const html = readFileSync(`${dist}index.html`, 'utf8');
  const paths = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? '');
  expect(paths.length).toBeGreaterThan(2);
  return paths;
}
