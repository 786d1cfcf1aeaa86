import { z } from 'zod';
import { publicId } from './ids.ts';

export const connectionProvider = z.enum(['simulator', 'cloud-api', 'wuzapi', 'baileys']);
export type ConnectionProvider = z.infer<typeof connectionProvider>;

/**
 * `created`: never opened. `connecting`, `qr` (to be scanned), `pairing_code` (to be typed): on its way. `connected` and
 * `degraded` (answers come late) can send. `reconnecting`: it comes back by itself. `logged_out`, `banned`, `stopped`:
 * somebody has to act.
 */
export const connectionStatus = z.enum([
  'created',
  'connecting',
  'qr',
  'pairing_code',
  'connected',
  'degraded',
  'reconnecting',
  'logged_out',
  'banned',
  'stopped',
]);
export type ConnectionStatus = z.infer<typeof connectionStatus>;

const codeKind = z.enum(['qr', 'pairing_code']);

export const connection = z.object({
  id: publicId('connection'),
  name: z.string(),
  provider: connectionProvider,
  status: connectionStatus,
  /** Why it is in this state, as a stable code. */
  status_cause: z.string().nullable(),
  /** The network's own word for it. */
  status_detail: z.string().nullable(),
  status_at: z.iso.datetime(),
  /** As the network gave them when it connected. */
  phone: z.string().nullable(),
  profile_name: z.string().nullable(),
  /** Sending is stopped, whatever the status: why, and until when (null: until somebody releases it). */
  hold: z
    .object({ cause: z.string(), detail: z.string().nullable(), until: z.iso.datetime().nullable() })
    .nullable(),
  /** There is a code to scan or to type; `GET /connections/:id/code` tells it to those who may connect. */
  code: z.object({ kind: codeKind, expires_at: z.iso.datetime() }).nullable(),
  rate_per_second: z.number().nullable(),
  created_at: z.iso.datetime(),
});
export type Connection = z.infer<typeof connection>;

/** One connection with what its people set for it; of secrets only their names are told. */
export const connectionDetail = connection.extend({
  settings: z.record(z.string(), z.unknown()),
  credentials: z.array(z.string()),
});
export type ConnectionDetail = z.infer<typeof connectionDetail>;

const name = z.string().trim().min(1).max(120);
/** Messages a second: one in three hours is slow enough; far below it, times no longer fit into a database. */
export const leastRate = 0.0001;
/** Messages a second that one number may send; null for the provider's default. */
export const ratePerSecond = z.number().min(leastRate).max(1_000).nullable();
/** Travels in headers and addresses: no spaces, no control characters. */
const hidden = (least: number) =>
  z
    .string()
    .trim()
    .min(least)
    .max(2_048)
    .regex(/^[\x21-\x7e]+$/);
/** An id that Meta has given. */
const digits = z
  .string()
  .trim()
  .regex(/^\d{5,20}$/)
  .meta({ isForeignId: true, examples: ['106540352242922'] });

/** What each kind of connection needs, by the names it is kept under. */
export const connectionFields = {
  simulator: { settings: z.strictObject({}), credentials: z.strictObject({}) },
  'cloud-api': {
    settings: z.strictObject({ phone_number_id: digits, business_account_id: digits }),
    credentials: z.strictObject({
      access_token: hidden(20),
      /** Signs webhooks; without it none of them is believed. */
      app_secret: hidden(16).optional(),
      /** What Meta repeats when it asks whether the webhook's address is ours. */
      verify_token: hidden(8).optional(),
    }),
  },
  wuzapi: {
    settings: z.strictObject({ base_url: z.url({ protocol: /^https?$/ }).max(2_048) }),
    credentials: z.strictObject({
      token: hidden(1),
      /** Signs the gateway's webhooks; without it none of them is believed. */
      hmac_key: hidden(32).optional(),
    }),
  },
  baileys: {
    settings: z.strictObject({}),
    /** With its user and password, where it wants them. */
    credentials: z.strictObject({
      proxy: z
        .url({ protocol: /^https?$/ })
        .max(2_048)
        .optional(),
    }),
  },
} as const satisfies Record<ConnectionProvider, { settings: z.ZodType; credentials: z.ZodType }>;

const common = { name, rate_per_second: ratePerSecond.optional() };

/** `POST /connections`. */
export const connectionInput = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('simulator'),
    ...common,
    /** It shows a code and must be connected, as a real number; absent: it can send at once. */
    logs_in: z.boolean().optional(),
  }),
  z.strictObject({ provider: z.literal('cloud-api'), ...common, ...connectionFields['cloud-api'] }),
  z.strictObject({ provider: z.literal('wuzapi'), ...common, ...connectionFields.wuzapi }),
  z.strictObject({
    provider: z.literal('baileys'),
    ...common,
    credentials: connectionFields.baileys.credentials.optional(),
    /** The warning that this kind is against WhatsApp's terms and may cost the number was read and accepted. */
    accept_terms: z.boolean().optional(),
  }),
]);
export type ConnectionInput = z.infer<typeof connectionInput>;

/**
 * `PATCH /connections/:id`: what is left out stays. Settings and credentials are of the connection's own kind; a
 * credential that is null is forgotten.
 */
export const connectionPatch = z.strictObject({
  name: name.optional(),
  rate_per_second: ratePerSecond.optional(),
  settings: z.record(z.string().max(64), z.unknown()).optional(),
  credentials: z.record(z.string().max(64), z.string().max(2_048).nullable()).optional(),
});
export type ConnectionPatch = z.infer<typeof connectionPatch>;

/** `POST /connections/:id/connect`. */
export const connectInput = z.strictObject({
  /** Pair by a code typed into the phone with this number instead of a QR. */
  pairing_phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/)
    .optional(),
});

/** `POST /connections/:id/hold`. */
export const holdInput = z.strictObject({ until: z.iso.datetime().optional() });

/** `GET /connections/:id/code`. */
export const connectionCode = z.object({ kind: codeKind, code: z.string(), expires_at: z.iso.datetime() });
export type ConnectionCode = z.infer<typeof connectionCode>;

/** `GET /connections/:id/health`. */
export const connectionHealth = z.object({
  status: connectionStatus,
  status_cause: z.string().nullable(),
  status_at: z.iso.datetime(),
  /** The last answer to a round trip, and how long it took; null for a kind that has no session. */
  answered_at: z.iso.datetime().nullable(),
  ping_ms: z.number().nullable(),
  missed_pings: z.number().int(),
  connected_at: z.iso.datetime().nullable(),
  /** When it is tried again; null when nothing is planned. */
  next_attempt_at: z.iso.datetime().nullable(),
  attempts: z.number().int(),
  /** The network asked the number to slow down: at which share of its rate it goes now, recovering by itself. */
  slowed: z.object({ cause: z.string(), share01: z.number(), at: z.iso.datetime() }).nullable(),
  /** Whether some worker holds the session now. */
  is_held: z.boolean(),
  /** How what it sends is taken, judged by what happened to it. */
  sending: z.object({
    /** `slowed`: it goes at a share of its rate; `stopped`: it is held for a while. */
    state: z.enum(['good', 'slowed', 'stopped']),
    /** 100 for a number without any trouble. */
    score: z.number().int(),
    cause: z.string().nullable(),
    pace_share01: z.number(),
    since: z.iso.datetime().nullable(),
    last_hour: z.object({ sent: z.number().int(), failed: z.number().int(), blocked: z.number().int() }),
    last_week: z.object({
      sent: z.number().int(),
      failed: z.number().int(),
      blocked: z.number().int(),
      replied: z.number().int(),
    }),
    unanswered_limit: z.number().int().nullable(),
    /** What it is judged by. */
    rules: z.object({
      /** Fewer in the last hour say nothing. */
      least_messages: z.number().int(),
      /** Fewer blocks say nothing. */
      least_blocks: z.number().int(),
      /** From these shares of the last hour's messages on it is slowed. */
      slowed: z.object({ failed01: z.number(), blocked01: z.number() }),
      /** From these on it is stopped. */
      stopped: z.object({ failed01: z.number(), blocked01: z.number() }),
      /** Below this share of answers within a week a person's number is slowed, once it has sent so many. */
      replied: z.object({ least_messages: z.number().int(), share01: z.number() }),
    }),
  }),
  /** Newest first, at most 50. */
  events: z.array(
    z.object({
      type: z.string(),
      status: connectionStatus.nullable(),
      cause: z.string().nullable(),
      detail: z.string().nullable(),
      at: z.iso.datetime(),
    }),
  ),
});
export type ConnectionHealth = z.infer<typeof connectionHealth>;
