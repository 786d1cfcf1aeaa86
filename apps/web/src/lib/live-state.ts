import { createContext, use } from 'react';

/** Whether events arrive: `offline` means that screens must ask for themselves. */
export type LiveState = 'connecting' | 'live' | 'offline';

/** Holds the state of the event stream for the screens. */
export const LiveStateContext = createContext<LiveState>('connecting');

/** The state of the event stream; re-renders when it changes. */
export function useLiveState(): LiveState {
  return use(LiveStateContext);
}

/**
 * How often a screen should ask for something that is changing, in milliseconds, or false for never. Rarely while
 * events arrive (they could miss one), often while they do not.
 */
export function useLivePoll(isChanging: boolean): number | false {
  const state = useLiveState();
  if (!isChanging) return false;
  return state === 'live' ? 20_000 : 3_000;
}
