import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../secret.ts';

/** Most bytes of a webhook, which a route should refuse to read beyond: Meta sends 3 MB at most. */
export const maxWebhookBytes = 3 * 1_024 * 1_024;

/**
 * Answers the text to reply with, status 200, to Meta's question whether the address is ours; `undefined` when the
 * question is not Meta's: reply 403. `query` holds the first value of each parameter of the address.
 */
export function challengeOf(
  query: Readonly<Record<string, string | undefined>>,
  verifyToken: Secret,
): string | undefined {
  const challenge = query['hub.challenge'];
  const token = query['hub.verify_token'];
  if (query['hub.mode'] !== 'subscribe' || challenge === undefined || token === undefined) return undefined;
  return isSame(Buffer.from(token), Buffer.from(verifyToken.reveal())) ? challenge : undefined;
}

/**
 * Tells whether a body, as its bytes came, was signed with one of the secrets; several while one replaces another.
 * `header` is `X-Hub-Signature-256`. Never throws, and takes as long for a wrong signature as for a right one.
 */
export function isSignedWebhook(
  rawBody: Uint8Array,
  header: string | undefined,
  appSecrets: readonly Secret[],
): boolean {
  const given = /^sha256=([0-9a-f]{64})$/i.exec(header ?? '')?.[1];
  if (given === undefined) return false;
  const signature = Buffer.from(given, 'hex');
  let isSigned = false;
  for (const secret of appSecrets) {
    const expected = createHmac('sha256', secret.reveal()).update(rawBody).digest();
    // Every secret is tried: the time must not tell which one matched.
    isSigned = timingSafeEqual(expected, signature) || isSigned;
  }
  return isSigned;
}

/** Compares digests, which have one length whatever is compared. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(one), digest(other));
}
