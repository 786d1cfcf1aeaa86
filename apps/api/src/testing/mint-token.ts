import { type JWTPayload, SignJWT } from 'jose';

/** The secret of every test's tokens. */
export const testSecret = 'a secret of the tests, at least 32 bytes long';

/** An access token as Supabase would give it; `claims` replace its own, `undefined` removes one. */
export function mintToken(userId: string, claims: Record<string, unknown> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload: JWTPayload = {
    sub: userId,
    role: 'authenticated',
    aud: 'authenticated',
    email: `${userId}@example.com`,
    iat: now,
    exp: now + 3600,
    ...claims,
  };
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(testSecret));
}
