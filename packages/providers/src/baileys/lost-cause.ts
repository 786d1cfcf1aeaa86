import type { SessionEvent } from '../session.ts';

/** Why a session is over, or that it only has to be opened again at once. */
export type Ending = Omit<Extract<SessionEvent, { kind: 'lost' }>, 'kind'> | 'restart';

/**
 * What the number of a disconnect means. They are Baileys' own (`DisconnectReason`) and those with which WhatsApp
 * refuses a login. `isCodeShown`: a code was shown to somebody, and nobody has used it yet.
 */
export function endingOf(status: number | undefined, isCodeShown: boolean): Ending {
  if (status === undefined) return { cause: 'retry', detail: 'closed' };
  switch (status) {
    case 515:
      return 'restart';
    case 401:
      return { cause: 'logged_out', detail: '401 logged out' };
    case 402:
      return { cause: 'banned', detail: '402 banned for a while' };
    case 403:
      return { cause: 'banned', detail: '403 locked' };
    case 406:
      return { cause: 'banned', detail: '406 banned' };
    case 440:
      return { cause: 'replaced', detail: '440 opened elsewhere' };
    case 405:
    case 409:
    case 411:
      return { cause: 'refused', detail: `${status} this version is not accepted` };
    case 400:
      return { cause: 'refused', detail: '400 the handshake was refused' };
    case 408:
      return isCodeShown
        ? { cause: 'expired', detail: '408 no answer' }
        : { cause: 'retry', detail: '408 timed out' };
    default:
      return { cause: 'retry', detail: String(status) };
  }
}

/** The number of a disconnect, which Baileys keeps in an error of `@hapi/boom`. */
export function statusOf(error: Error | undefined): number | undefined {
  if (error === undefined || !('output' in error)) return undefined;
  const { output } = error;
  if (typeof output !== 'object' || output === null || !('statusCode' in output)) return undefined;
  return typeof output.statusCode === 'number' ? output.statusCode : undefined;
}
