import { createHmac } from 'node:crypto';

/** The secret of every benchmark's tokens. */
export const jwtSecret = 'the secret of a benchmark, at least 32 bytes long';

/** An access token as Supabase would give it, good for two hours. */
export function mintToken(userId: string): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 7200;
  const claims = {
    sub: userId,
    role: 'authenticated',
    aud: 'authenticated',
    email: 'bench@example.com',
    exp,
  };
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${unsigned}.${createHmac('sha256', jwtSecret).update(unsigned).digest('base64url')}`;
}
