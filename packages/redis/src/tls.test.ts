import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLogger } from '@zaphub/telemetry';
import { freePort, startRedis } from '@zaphub/testing';
import { expect, it, onTestFinished } from 'vitest';
import { openRedis } from './open-redis.ts';

const run = promisify(execFile);

async function createCertificate(): Promise<{ key: string; cert: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'zaphub-tls-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ]);
  return { key, cert };
}

it('rediss is encrypted, and a server that cannot prove itself is not used', async () => {
  const { key, cert } = await createCertificate();
  const port = await freePort();
  const server = await startRedis({
    settings: {
      'tls-port': String(port),
      'tls-cert-file': cert,
      'tls-key-file': key,
      'tls-ca-cert-file': cert,
      'tls-auth-clients': 'no',
      requirepass: 'secret',
    },
  });
  onTestFinished(() => server.close());
  const url = `rediss://:secret@127.0.0.1:${port}`;
  const ca = await readFile(cert, 'utf8');
  const trusting = await openRedis({ logger: silentLogger }, { url, tls: { ca } });
  onTestFinished(() => trusting.close());
  expect(await trusting.call('ping')).toBe('PONG');
  expect(trusting.health()).toMatchObject({ state: 'ready', address: `rediss://127.0.0.1:${port}` });

  const wary = await openRedis({ logger: silentLogger }, { url, connectTimeoutMs: 300, graceMs: 50 });
  onTestFinished(() => wary.close());
  expect(wary.health().state).toBe('down');
});
