import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Database, TenantScope } from '@zaphub/db';
import {
  beginRequest,
  fingerprintOf,
  finishRequest,
  forgetRequest,
  type KeptAnswer,
  type KeyedRequest,
  type Route,
} from '@zaphub/features';
import { AppError } from '@zaphub/types';

const keyPattern = /^[\x21-\x7e]{1,255}$/;

/** The key that a caller gave their request. */
export interface RequestKey {
  /** One of its own when the caller gave none. */
  readonly key: string;
  readonly isGiven: boolean;
}

/** @throws AppError `idempotency_key_missing`, `idempotency_key_invalid` */
export function readRequestKey(route: Route, req: IncomingMessage): RequestKey {
  const given = req.headers['idempotency-key'];
  if (route.method !== 'POST' || given === undefined) {
    if (route.idempotency !== 'accepted') {
      throw new AppError('idempotency_key_missing', 'the route needs an Idempotency-Key');
    }
    return { key: randomUUID(), isGiven: false };
  }
  if (typeof given !== 'string' || !keyPattern.test(given)) {
    throw new AppError('idempotency_key_invalid', 'the Idempotency-Key cannot be read');
  }
  return { key: given, isGiven: true };
}

/** What makes a request this one and no other. */
export interface RequestParts {
  readonly route: Route;
  readonly scope: TenantScope | undefined;
  readonly ids: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  readonly req: IncomingMessage;
}

/**
 * Does the work of a request whose caller gave it a key once, and answers a repetition of it with the first answer. A
 * failure is not kept: the same key may try again.
 * @returns the answer, and whether it was kept from before
 * @throws AppError `idempotency_key_reused`, `idempotency_in_progress`; whatever the work throws
 */
export async function answerOnce(
  db: Database,
  key: RequestKey,
  parts: RequestParts,
  work: () => Promise<KeptAnswer>,
): Promise<{ answer: KeptAnswer; isRepeated: boolean }> {
  const { route, scope } = parts;
  const isOurs = key.isGiven && route.idempotency !== 'own' && route.reply !== 'stream';
  if (!isOurs || scope === undefined) {
    return { answer: await work(), isRepeated: false };
  }
  const request: KeyedRequest = { key: key.key, fingerprint: fingerprintOf(identity(parts)) };
  const begun = await beginRequest(db, scope, request);
  if (begun.kind === 'again') return { answer: begun.answer, isRepeated: true };
  let answer: KeptAnswer;
  try {
    answer = await work();
  } catch (error) {
    // What went wrong is what the caller must hear; a key that stays behind is free again after its minute.
    await forgetRequest(db, scope, request).catch(() => undefined);
    throw error;
  }
  await finishRequest(db, scope, request, answer);
  return { answer, isRepeated: false };
}

function identity({ route, ids, query, body, req }: RequestParts): unknown {
  // A file is not read twice to know it again: its length must do.
  const content = route.body === 'raw' ? req.headers['content-length'] : body;
  return { route: `${route.method} ${route.path}`, ids, query, content };
}
