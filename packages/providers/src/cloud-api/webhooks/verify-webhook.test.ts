import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../secret.ts';
import { challengeOf, isSignedWebhook } from './verify-webhook.ts';

const body = Buffer.from('{"object":"whatsapp_business_account","text":"ol\u00e1 \ud83d\ude00"}');
const sign = (bytes: Uint8Array, secret: string): string =>
  'sha256=' + createHmac('sha256', secret).update(bytes).digest('hex');

describe('the signature of a webhook', () => {
  it('is the one of its bytes, by any of the secrets', () => {
    const secrets = [new Secret('new'), new Secret('old')];
    expect(isSignedWebhook(body, sign(body, 'new'), secrets)).toBe(true);
    expect(isSignedWebhook(body, sign(body, 'old'), secrets)).toBe(true);
    expect(isSignedWebhook(body, sign(body, 'other'), secrets)).toBe(false);
    expect(isSignedWebhook(body, sign(body, 'new'), [])).toBe(false);
  });

  it('does not fit a body that was changed or written anew', () => {
    const again = Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1));
    expect(isSignedWebhook(again, sign(body, 's'), [new Secret('s')])).toBe(false);
  });

  it.each([
    undefined,
    '',
    'sha256=',
    'sha256=zz',
    sign(body, 's').slice(0, -2),
    sign(body, 's') + '00',
    sign(body, 's').replace('sha256', 'sha1'),
    sign(body, 's').slice('sha256='.length),
    'sha256=' + createHmac('sha256', 's').update(body).digest('base64'),
  ])('is not %j, and asking does not throw', (header) => {
    expect(isSignedWebhook(body, header, [new Secret('s')])).toBe(false);
  });
});

describe('the question of Meta whether an address is ours', () => {
  const query = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': 'vibe' };

  it('is answered with its challenge when it knows our word', () => {
    expect(challengeOf(query, new Secret('vibe'))).toBe('1158201444');
  });

  it.each([
    {},
    { ...query, 'hub.mode': 'unsubscribe' },
    { ...query, 'hub.verify_token': 'vibes' },
    { ...query, 'hub.verify_token': undefined },
    { ...query, 'hub.challenge': undefined },
  ])('is not answered when it is %j', (wrong) => {
    expect(challengeOf(wrong, new Secret('vibe'))).toBeUndefined();
  });
});
