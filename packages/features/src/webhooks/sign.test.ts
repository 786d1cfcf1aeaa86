import { webcrypto } from 'node:crypto';
import { Secret } from '@zaphub/providers';
import { expect, test } from 'vitest';
import { createSecret, sign } from './sign.ts';

test('signs as the published example of Standard Webhooks', () => {
  const secret = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  };
  expect(sign(message, [secret])).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('signs with every secret, and each is verified by another implementation of HMAC', async () => {
  const secrets = [createSecret(), createSecret()];
  const body = '{"name":"São João 🎉"}';
  const signatures = sign({ id: 'evt_1', timestamp: 1_700_000_000, body }, secrets).split(' ');
  expect(signatures).toHaveLength(2);
  for (const [nth, secret] of secrets.entries()) {
    const raw = Uint8Array.from(atob(secret.reveal().slice('whsec_'.length)), (c) => c.charCodeAt(0));
    expect(raw).toHaveLength(32);
    const key = await webcrypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'verify',
    ]);
    const signature = Uint8Array.from(atob(signatures[nth]?.slice(3) ?? ''), (c) => c.charCodeAt(0));
    const signed = new TextEncoder().encode(`evt_1.1700000000.${body}`);
    expect(await webcrypto.subtle.verify('HMAC', key, signature, signed)).toBe(true);
  }
});
