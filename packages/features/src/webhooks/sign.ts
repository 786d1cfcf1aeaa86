import { createHmac, randomBytes } from 'node:crypto';
import { Secret } from '@zaphub/providers';

const prefix = 'whsec_';
const secretBytes = 32;

/** A fresh secret as Standard Webhooks writes them: `whsec_` and 32 random bytes in base64. */
export function createSecret(): Secret {
  return new Secret(prefix + randomBytes(secretBytes).toString('base64'));
}

/** What is signed. */
export interface SignedMessage {
  /** The `webhook-id`. */
  readonly id: string;
  /** The `webhook-timestamp`: seconds of Unix time. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The `webhook-signature` of Standard Webhooks 1.0.0: for each secret `v1,` and the base64 of HMAC-SHA256 over
 * `id.timestamp.body`, with spaces between. The key is what stands after `whsec_`, decoded.
 */
export function sign({ id, timestamp, body }: SignedMessage, secrets: readonly Secret[]): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.reveal().replace(prefix, ''), 'base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    })
    .join(' ');
}
