import type { Secret } from '../secret.ts';

/** One business number of the Cloud API, with what is needed to act for it. */
export interface CloudAccount {
  /** Meta's id of the number, not the number. */
  readonly phoneNumberId: string;
  /** Meta's id of the WhatsApp Business Account; templates belong to it. */
  readonly businessAccountId: string;
  readonly accessToken: Secret;
  /** Given when the app demands `appsecret_proof`; the same secret signs webhooks. */
  readonly appSecret?: Secret;
}
