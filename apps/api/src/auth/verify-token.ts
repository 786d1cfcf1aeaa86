import { AppError } from '@zaphub/types';
import type { SignedInUser } from '@zaphub/features';
import { createRemoteJWKSet, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import { z } from 'zod';
import type { ApiConfig } from '../config.ts';

/** Answers whose token it is. @throws AppError `unauthenticated`, whatever is wrong with it */
export type TokenVerifier = (token: string) => Promise<SignedInUser>;

const claims = z.object({
  sub: z.uuid().transform((sub) => sub.toLowerCase()),
  role: z.literal('authenticated'),
  exp: z.number().int().positive().max(8_640_000_000_000),
  email: z.string().max(320).default(''),
});

const asymmetric = ['ES256', 'RS256', 'EdDSA'];
const clockToleranceSeconds = 5;
/** Longer than any real token; what is longer is not looked at. */
const maxTokenLength = 8192;

/**
 * Checks access tokens on this machine. The algorithms come from the configuration, never from the token: one
 * shared secret (HS256), or the issuer's public keys, fetched once and again at most every 30 s for a new key.
 */
export function createTokenVerifier(config: ApiConfig['tokens']): TokenVerifier {
  const options: JWTVerifyOptions = {
    algorithms: config.keys.kind === 'secret' ? ['HS256'] : asymmetric,
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['sub', 'exp', 'role'],
    ...(config.issuer === undefined ? {} : { issuer: config.issuer }),
    ...(config.audience === undefined ? {} : { audience: config.audience }),
  };
  const verify = verifyWith(config, options);
  return async (token) => {
    if (token.length > maxTokenLength) throw unauthenticated('the token is too long');
    let payload: unknown;
    try {
      payload = await verify(token);
    } catch (error) {
      if (isKeysUnreachable(error)) {
        throw new AppError('unavailable', 'the keys of the token issuer cannot be fetched', { cause: error });
      }
      throw unauthenticated('the token was refused', error);
    }
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw unauthenticated('the token is not the one of a signed-in person');
    const { sub, email, exp } = parsed.data;
    return { userId: sub, email, expiresAt: new Date(exp * 1000) };
  };
}

function verifyWith(
  config: ApiConfig['tokens'],
  options: JWTVerifyOptions,
): (token: string) => Promise<unknown> {
  if (config.keys.kind === 'secret') {
    const secret = new TextEncoder().encode(config.keys.secret);
    return async (token) => (await jwtVerify(token, secret, options)).payload;
  }
  const keys: JWTVerifyGetKey = createRemoteJWKSet(config.keys.url, {
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    timeoutDuration: 5000,
  });
  return async (token) => (await jwtVerify(token, keys, options)).payload;
}

function isKeysUnreachable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_JWKS_TIMEOUT' || code === 'ERR_JOSE_GENERIC' || error instanceof TypeError;
}

function unauthenticated(message: string, cause?: unknown): AppError {
  return new AppError('unauthenticated', message, { cause });
}
