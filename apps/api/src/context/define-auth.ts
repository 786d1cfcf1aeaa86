import { definePlugin, type NoRefs, type Plugin } from '@zaphub/kernel';
import type { SignedInUser } from '@zaphub/features';
import { AppError } from '@zaphub/types';
import { createTokenVerifier, type TokenVerifier } from '../auth/verify-token.ts';
import type { ApiConfig } from '../config.ts';
import type { ApiRequest } from './api-request.ts';

export type AuthPlugin = Plugin<TokenVerifier, NoRefs, SignedInUser | undefined, ApiRequest>;

/** Who is calling; `undefined` on a public route. Without an answer the request is refused. */
export function defineAuth(tokens: ApiConfig['tokens']): AuthPlugin {
  return definePlugin({
    name: 'auth',
    start: () => ({ api: createTokenVerifier(tokens) }),
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
