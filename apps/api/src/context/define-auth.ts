import { definePlugin, type NoRefs, type Plugin } from '@zaphub/kernel';
import type { SignedInUser } from '@zaphub/features';
import { AppError } from '@zaphub/types';
import { createTokenVerifier } from '../auth/verify-token.ts';
import type { ApiConfig } from '../config.ts';
import type { ApiRequest } from './api-request.ts';
import { rememberTokens, type RememberingVerifier } from './remember-tokens.ts';

export type AuthPlugin = Plugin<RememberingVerifier, NoRefs, SignedInUser | undefined, ApiRequest>;

/** Who is calling; `undefined` on a public route. Without an answer the request is refused. */
export function defineAuth(tokens: ApiConfig['tokens']): AuthPlugin {
  return definePlugin({
    name: 'auth',
    start: () => ({ api: rememberTokens(createTokenVerifier(tokens)) }),
    enhance: {
      required: true,
      run: ({ route, headers }: ApiRequest, { api: verify }) =>
        route.auth === 'public' ? undefined : verify(bearerToken(headers.authorization)),
    },
  });
}

function bearerToken(header = ''): string {
  const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(header) ?? [];
  if (token === undefined) throw new AppError('unauthenticated', 'no bearer token');
  return token;
}
