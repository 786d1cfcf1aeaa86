import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { AppError } from '@zaphub/types';
import type { z } from 'zod';

/** Writes and reads cursors that fit one binding (tenant, route and filters) and nothing else. */
export interface BoundCursors {
  /** An opaque, signed cursor for the place after `key`. */
  encode(key: unknown): string;
  /** The key of a cursor. @throws AppError `bad_request` when it was forged or belongs to another list */
  decode<S extends z.ZodType>(cursor: string, key: S): z.output<S>;
}

/** Makes cursors for each tenant, route and set of filters, signed with one secret. */
export interface CursorCodec {
  bind(binding: readonly string[]): BoundCursors;
}

const signatureBytes = 16;

/** @param secret at least 16 bytes, the same for all instances of the api */
export function createCursorCodec(secret: Uint8Array): CursorCodec {
  const key = createSecretKey(secret);
  return {
    bind(binding) {
      const sign = (payload: Uint8Array): Buffer =>
        createHmac('sha256', key)
          .update(JSON.stringify(binding))
          .update('\n')
          .update(payload)
          .digest()
          .subarray(0, signatureBytes);
      return {
        encode(place) {
          const payload = Buffer.from(JSON.stringify(place));
          return Buffer.concat([sign(payload), payload]).toString('base64url');
        },
        decode(cursor, schema) {
          const bytes = Buffer.from(cursor, 'base64url');
          const payload = bytes.subarray(signatureBytes);
          const signature = bytes.subarray(0, signatureBytes);
          if (signature.length < signatureBytes || !timingSafeEqual(signature, sign(payload))) {
            throw invalidCursor();
          }
          const parsed = schema.safeParse(JSON.parse(payload.toString()));
          if (!parsed.success) throw invalidCursor();
          return parsed.data;
        },
      };
    },
  };
}

function invalidCursor(): AppError {
  return new AppError('bad_request', 'the cursor was not made for this list', {
    publicMessage: {
      en: 'This cursor does not belong to this list. Start again from the first page.',
      'pt-BR': 'Este cursor não é desta lista. Comece de novo pela primeira página.',
    },
  });
}
