import { z } from 'zod';
import { Secret } from '../secret.ts';

/** One user of a WuzAPI gateway: a number, as the gateway knows it. */
export interface WuzapiAccount {
  /** Of the gateway, http or https, with a path where it lives under one. */
  readonly baseUrl: string;
  readonly token: Secret;
  /** Signs the gateway's webhooks; 32 characters at least. Without it none of them is believed. */
  readonly hmacKey?: Secret;
}

const text = z
  .union([z.string(), z.instanceof(Secret)])
  .transform((value) => (value instanceof Secret ? value.reveal() : value));
const hidden = (least: number) =>
  text.pipe(
    z
      .string()
      .trim()
      .min(least)
      .max(512)
      // It travels as a header.
      .regex(/^[\x21-\x7e]+$/)
      .transform((value) => new Secret(value)),
  );

/** What a tenant sets for a connection, by the names it is kept under; each value plain or as a `Secret`. */
export const wuzapiSettings = z.object({
  base_url: text.pipe(z.url({ protocol: /^https?$/ }).max(2_048)),
  token: hidden(1),
  hmac_key: hidden(32).optional(),
});

/** The account in a connection's settings; `undefined` when they make none. */
export function wuzapiAccountOf(settings: Readonly<Record<string, unknown>>): WuzapiAccount | undefined {
  const read = wuzapiSettings.safeParse(settings);
  if (!read.success) return undefined;
  const { base_url, token, hmac_key } = read.data;
  return { baseUrl: base_url, token, ...(hmac_key === undefined ? {} : { hmacKey: hmac_key }) };
}
