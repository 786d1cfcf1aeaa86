import { once } from 'node:events';
import { createServer } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../http/self-signed.ts';
import { createFetchFile, type FetchFile } from './fetch-file.ts';
import { isPublicAddress } from './public-address.ts';

const options = { maxBytes: 1_000, signal: new AbortController().signal };
const { key, cert } = selfSigned();
const server = createServer({ key, cert }, (request, response) => {
  const path = request.url ?? '';
  if (path === '/there') return response.writeHead(302, { location: '/a.png' }).end();
  if (path === '/round') return response.writeHead(302, { location: '/round' }).end();
  if (path === '/inside') return response.writeHead(302, { location: 'https://10.0.0.1/' }).end();
  if (path === '/gone') return response.writeHead(404).end();
  if (path === '/busy') return response.writeHead(503).end();
  if (path === '/other') {
    response.socket?.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n',
    );
    return undefined;
  }
  if (path === '/cut')
    return response.writeHead(200, { 'content-length': '100' }).write('x', () => request.destroy());
  const size = path === '/big' ? 1_001 : 1_000;
  return response.writeHead(200, { 'content-type': 'image/png; q=1' }).end('x'.repeat(size));
});
let url: string;
// This machine alone is allowed, as the internet is for everybody else.
const fetchHere: FetchFile = createFetchFile({
  ca: cert,
  isAllowed: (at) => at === '127.0.0.1' || at === '::1',
});

beforeAll(async () => {
  await once(server.listen(0), 'listening');
  const address = server.address();
  url = `https://localhost:${typeof address === 'object' ? address?.port : 0}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a file behind a link', () => {
  it('is fetched with its kind, also from where the link points on to', async () => {
    const file = { bytes: Buffer.from('x'.repeat(1_000)), mimeType: 'image/png' };
    expect(await fetchHere(`${url}/a.png`, options)).toEqual(file);
    expect(await fetchHere(`${url}/there`, options)).toEqual(file);
  });

  it.each([
    ['/big', 'media_too_big', true],
    ['/gone', 'media_unreachable', true],
    ['/busy', 'media_unreachable', false],
    ['/cut', 'media_unreachable', false],
    ['/other', 'media_unreachable', false],
    ['/round', 'media_rejected', true],
    ['/inside', 'media_rejected', true],
  ])('may not be had: %s', async (path, code, isFinal) => {
    expect(await fetchHere(url + path, options)).toMatchObject({ failed: true, code, isFinal });
  });
});

describe('a link of a tenant', () => {
  it.each([
    'http://example.com/a.png',
    'ftp://example.com/a.png',
    'https://user:word@example.com/a.png',
    'https://127.0.0.1/a.png',
    'https://2130706433/a.png',
    'https://[::1]/a.png',
    'https://[::ffff:10.0.0.1]/a.png',
    'https://localhost/a.png',
    'not a link',
  ])('does not lead beside this process: %s', async (link) => {
    expect(await createFetchFile()(link, options)).toMatchObject({
      failed: true,
      code: 'media_rejected',
      isFinal: true,
    });
  });

  it('that is given up is not fetched', async () => {
    const given = { ...options, signal: AbortSignal.abort() };
    expect(await createFetchFile()('https://192.0.2.1/', given)).toMatchObject({ failed: true });
  });
});

describe('a public address', () => {
  it.each(['8.8.8.8', '172.15.0.1', '2606:4700::1111'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.53',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fe80::1',
    '2002:7f00:1::',
    'ff02::1',
    'a name',
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
