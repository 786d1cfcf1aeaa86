import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTenant } from '@zaphub/testing';
import { problem, toPublicId } from '@zaphub/types';
import { exportJWK, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { mintToken, testSecret } from '../testing/mint-token.ts';
import { useTestApi } from '../testing/test-api.ts';
import { createTokenVerifier } from './verify-token.ts';

const api = useTestApi();
const now = (): number => Math.floor(Date.now() / 1000);

/** A token with any header, signed with any secret. */
function forge(header: object, payload: object, secret: string = testSecret): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

async function callWith(token: string): Promise<[number, string]> {
  const response = await api.call('/api/v1/me', { headers: { authorization: `Bearer ${token}` } });
  return [response.status, response.ok ? 'ok' : problem.parse(await response.json()).code];
}

describe('tokens', () => {
  const userId = randomUUID();
  const good = { sub: userId, role: 'authenticated', aud: 'authenticated', exp: now() + 60 };
  const hs256 = { alg: 'HS256', typ: 'JWT' };

  test('a good one opens', async () => {
    expect(await callWith(forge(hs256, good))).toEqual([200, 'ok']);
  });

  test.each<[string, () => string | Promise<string>]>([
    ['alg none', () => forge({ alg: 'none' }, good).replace(/[^.]*$/, '')],
    ['alg nOnE with a signature', () => forge({ alg: 'nOnE' }, good)],
    ['alg HS384', () => forge({ alg: 'HS384' }, good)],
    ['alg RS256', () => forge({ alg: 'RS256' }, good)],
    ['no signature', () => forge(hs256, good).replace(/[^.]*$/, '')],
    ['another secret', () => forge(hs256, good, 'another secret, long enough to be one')],
    ['an empty secret', () => forge(hs256, good, '')],
    ['a key of its own', () => forge({ ...hs256, jwk: { kty: 'oct', k: 'YQ' } }, good, 'a')],
    ['a critical extension nobody knows', () => forge({ ...hs256, crit: ['x'], x: 1 }, good)],
    ['an unencoded payload', () => forge({ ...hs256, b64: false, crit: ['b64'] }, good)],
    ['expired', () => mintToken(userId, { exp: now() - 60 })],
    ['no expiry', () => mintToken(userId, { exp: undefined })],
    ['an expiry that is text', () => forge(hs256, { ...good, exp: '9999999999' })],
    ['an expiry beyond time', () => forge(hs256, { ...good, exp: 1e308 })],
    ['not valid yet', () => mintToken(userId, { nbf: now() + 600 })],
    ['another audience', () => mintToken(userId, { aud: 'somebody else' })],
    ['no audience', () => mintToken(userId, { aud: undefined })],
    ['the anonymous role', () => mintToken(userId, { role: 'anon' })],
    ['the service role', () => mintToken(userId, { role: 'service_role' })],
    ['no role', () => mintToken(userId, { role: undefined })],
    ['a role that is a list', () => mintToken(userId, { role: ['authenticated'] })],
    ['no subject', () => mintToken(userId, { sub: undefined })],
    ['a subject that is no uuid', () => mintToken('1 or 1=1')],
    ['10 kB', () => mintToken(userId, { padding: 'x'.repeat(10_000) })],
    ['not a token', () => 'hello'],
    ['five parts', () => 'a.b.c.d.e'],
  ])('%s is refused', async (_name, token) => {
    expect(await callWith(await token())).toEqual([401, 'unauthenticated']);
  });

  test.each([{}, { authorization: 'Basic eDp5' }, { authorization: 'Bearer' }])(
    '%j is refused',
    async (headers) => {
      const response = await api.call('/api/v1/me', { headers });
      expect(response.status).toBe(401);
    },
  );
});

describe('tokens checked with public keys', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const sign = (kid: string): Promise<string> =>
    new SignJWT({ role: 'authenticated' })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setSubject(randomUUID())
      .setIssuer('https://auth.example')
      .setExpirationTime('1m')
      .sign(privateKey);

  test('keys are fetched once, and a secret is never accepted beside them', async () => {
    let fetches = 0;
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
    const issuer = createServer((_req, res) => {
      fetches += 1;
      res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => void issuer.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an address with a port.
    const { port } = issuer.address() as AddressInfo;
    const verify = createTokenVerifier({
      keys: { kind: 'jwks', url: new URL(`http://127.0.0.1:${port}/jwks.json`) },
      issuer: 'https://auth.example',
      audience: undefined,
    });
    expect((await verify(await sign('one'))).userId).toMatch(/^[0-9a-f-]{36}$/);
    for (let i = 0; i < 20; i++) {
      await expect(verify(await sign('unknown'))).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const confused = forge(
      { alg: 'HS256', kid: 'one' },
      { sub: randomUUID(), role: 'authenticated', iss: 'https://auth.example', exp: now() + 60 },
      pem,
    );
    await expect(verify(confused)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(fetches).toBe(1);
    await new Promise((resolve) => issuer.close(resolve));
  });

  test('an issuer that is away is a moment, not a refusal', async () => {
    const verify = createTokenVerifier({
      keys: { kind: 'jwks', url: new URL('http://127.0.0.1:9/jwks.json') },
      issuer: 'https://auth.example',
      audience: undefined,
    });
    await expect(verify(await sign('one'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('the tenant of a request', () => {
  test('is the only one, or the one that is named, and never a stranger’s', async () => {
    const a = await createTenant(api.system, { name: 'A' });
    const b = await createTenant(api.system, { name: 'B' });
    const nameAs = async (tenant?: string): Promise<unknown> => {
      const response = await api.call('/api/v1/tenant', {
        as: a.ownerId,
        ...(tenant === undefined ? {} : { tenant }),
      });
      const body: unknown = await response.json();
      return Reflect.get(Object(body), response.ok ? 'name' : 'code');
    };
    expect(await nameAs()).toBe('A');
    expect(await nameAs(toPublicId('tenant', a.tenantId))).toBe('A');
    expect(await nameAs(toPublicId('tenant', b.tenantId))).toBe('not_found');
    expect(await nameAs(toPublicId('tenant', randomUUID()))).toBe('not_found');
    expect(await nameAs('garbage')).toBe('not_found');

    await api.system.system((tx) =>
      tx.run(`insert into members (tenant_id, user_id, role, email) values ($1, $2, 'viewer', 'x')`, [
        b.tenantId,
        a.ownerId,
      ]),
    );
    expect(await nameAs()).toBe('bad_request');
    expect(await nameAs(toPublicId('tenant', b.tenantId))).toBe('B');
  });

  test('is forbidden to somebody who is in none, and to a role that is not enough', async () => {
    const a = await createTenant(api.system);
    const viewer = randomUUID();
    const none = await api.call('/api/v1/tenant', { as: viewer });
    expect([none.status, problem.parse(await none.json()).code]).toEqual([403, 'forbidden']);
    await api.system.system((tx) =>
      tx.run(`insert into members (tenant_id, user_id, role, email) values ($1, $2, 'viewer', 'x')`, [
        a.tenantId,
        viewer,
      ]),
    );
    const read = await api.call('/api/v1/tenant', { as: viewer });
    expect(read.status).toBe(200);
    const write = await api.call('/api/v1/tenant', { as: viewer, method: 'PATCH', json: { name: 'Mine' } });
    expect(write.status).toBe(403);
  });
});
