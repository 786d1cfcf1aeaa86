import { describe, expect, it } from 'vitest';
import { fetchFile } from './fetch-file.ts';
import { isPublicAddress } from './public-address.ts';

const options = { maxBytes: 1_000, signal: new AbortController().signal };

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
    expect(await fetchFile(link, options)).toMatchObject({
      failed: true,
      code: 'media_rejected',
      isFinal: true,
    });
  });

  it('that is given up is not fetched', async () => {
    const given = { ...options, signal: AbortSignal.abort() };
    expect(await fetchFile('https://192.0.2.1/', given)).toMatchObject({ failed: true });
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
