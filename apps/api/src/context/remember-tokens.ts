import type { SignedInUser } from '@zaphub/features';
import type { TokenVerifier } from '../auth/verify-token.ts';

/** A verifier that answers at once for a token it has just seen. */
export type RememberingVerifier = (token: string) => SignedInUser | Promise<SignedInUser>;

export interface RememberTokensOptions {
  /** How long an answer is good for, in milliseconds, at most until the token ends. Default 30,000. */
  readonly keepMs?: number;
  /** Tokens remembered; the oldest is forgotten first. Default 10,000. */
  readonly maxEntries?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Verifies each token once in a while instead of at each request: the same bytes cannot become wrong before they
 * expire or the issuer's keys change. A refusal is not remembered, and an expired token is looked at again.
 */
export function rememberTokens(
  verify: TokenVerifier,
  { keepMs = 30_000, maxEntries = 10_000, now = Date.now }: RememberTokensOptions = {},
): RememberingVerifier {
  const known = new Map<string, { readonly user: SignedInUser; readonly untilMs: number }>();

  const look = async (token: string): Promise<SignedInUser> => {
    const user = await verify(token);
    known.delete(token);
    known.set(token, { user, untilMs: Math.min(now() + keepMs, user.expiresAt.getTime()) });
    const [oldest] = known.keys();
    if (known.size > maxEntries && oldest !== undefined) known.delete(oldest);
    return user;
  };
  return (token) => {
    const seen = known.get(token);
    if (seen === undefined) return look(token);
    if (seen.untilMs > now()) return seen.user;
    known.delete(token);
    return look(token);
  };
}
