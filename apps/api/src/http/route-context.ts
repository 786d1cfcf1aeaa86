import type { AnyRouteContext, SignedInUser } from '@zaphub/features';
import { AppError } from '@zaphub/types';
import type { Request, Response } from 'express';

/** What a request asks for, whoever asks. */
export type RouteInput = Omit<AnyRouteContext, 'user' | 'req' | 'res' | 'signal'>;

/** The one who asks. */
export interface RouteCaller {
  readonly user: SignedInUser | undefined;
  readonly req: Request;
  readonly res: Response;
}

/** The context of a handler that works for one caller. It ends when they have gone, or with the server. */
export function contextOfOne(
  input: RouteInput,
  { user, req, res }: RouteCaller,
  closing: AbortSignal,
): AnyRouteContext {
  let signal: AbortSignal | undefined;
  return {
    ...input,
    user,
    req,
    res,
    // Made when it is first asked for: most routes are over before they could be told.
    get signal() {
      return (signal ??= AbortSignal.any([untilGone(res), closing]));
    },
  };
}

/** The context of a read that several callers share: it ends with the server, and knows nobody in particular. */
export function contextOfMany(input: RouteInput, closing: AbortSignal): AnyRouteContext {
  return {
    ...input,
    get user(): never {
      return ofNobody('user');
    },
    get req(): never {
      return ofNobody('req');
    },
    get res(): never {
      return ofNobody('res');
    },
    signal: closing,
  };
}

function ofNobody(name: string): never {
  throw new TypeError(`a shared read has no ${name}: is the route to be isShared: false?`);
}

function untilGone(res: Response): AbortSignal {
  const gone = new AbortController();
  const tell = (): void => gone.abort(new AppError('unavailable', 'the client has gone'));
  if (res.closed) tell();
  else res.once('close', tell);
  return gone.signal;
}
