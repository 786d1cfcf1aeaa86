import type { ConnectionProvider } from '@zaphub/types';

/** Where the session of a number lives, by the kind of its connection; a kind that is not here needs none. */
export const sessionPlaces: Readonly<Partial<Record<ConnectionProvider, 'socket' | 'gateway'>>> = {
  wuzapi: 'gateway',
  baileys: 'socket',
};
