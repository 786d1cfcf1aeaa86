import type { OpenSessionOptions, Session, SessionEvent } from '../../session.ts';
import type { GatewaySession, GatewayStatus } from './gateway-session.ts';

/** How often a session is looked at, and how long things may take; milliseconds. */
export interface SessionPace {
  /** Between two looks at a number that is connected; default 5 000. */
  readonly pollMs: number;
  /** Between two looks while it connects or pairs; default 1 000. */
  readonly pairingPollMs: number;
  /** A number that was away, or a gateway that was silent, for so long is lost; default 60 000. */
  readonly graceMs: number;
  /** A state that a reconnection passes through is believed when it lasts so long; default 10 000. */
  readonly settleMs: number;
  /** From the first code to the last; default 180 000. */
  readonly pairingMs: number;
  /** For one answer of the gateway; default 10 000. */
  readonly callTimeoutMs: number;
}

/** A session that is being watched. */
export interface WatchedSession extends Session {
  /** What a webhook said: an end is believed at once, anything else makes it look at once. */
  take(event: SessionEvent): void;
}

const firstQrMs = 60_000;
const nextQrMs = 20_000;
const pairingCodeMs = 160_000;
const loggedInKey = 'logged_in_as';

/**
 * Watches one number at its gateway from now on, and tells what happens to it. The gateway keeps the session: closing
 * lets go of it and leaves it there.
 */
export function watchSession(
  deps: { readonly gateway: GatewaySession; readonly webhookUrl: string | undefined },
  options: OpenSessionOptions,
  pace: SessionPace,
): WatchedSession {
  const { gateway, webhookUrl } = deps;
  const ended = new AbortController();
  const { signal } = ended;
  let phase: 'opening' | 'pairing' | 'connected' = 'opening';
  let wake: () => void = () => undefined;
  /** Since when the gateway was silent, or the number in a state that may pass. */
  let unsettledSinceMs: number | undefined;
  let pairingSinceMs: number | undefined;
  let shownCode: string | undefined;
  let isConnecting = false;
  let isSetUp = false;
  let hasBeenLoggedIn = false;

  const emit = (event: SessionEvent): void => {
    if (!signal.aborted) options.onEvent(event);
  };
  const end = (event: Extract<SessionEvent, { kind: 'lost' }>): void => {
    if (signal.aborted) return;
    options.onEvent(event);
    ended.abort();
    wake();
  };
  /** True when what is seen now has been seen for so long. */
  const lasts = (ms: number): boolean => {
    unsettledSinceMs ??= performance.now();
    return performance.now() - unsettledSinceMs >= ms;
  };

  const onTrouble = ({ isFinal, detail }: { readonly isFinal: boolean; readonly detail: string }): void => {
    if (isFinal) return end({ kind: 'lost', cause: 'refused', detail });
    if (phase === 'opening' || lasts(pace.graceMs)) end({ kind: 'lost', cause: 'retry', detail });
  };

  const onConnected = async ({ phone, name }: GatewayStatus): Promise<void> => {
    unsettledSinceMs = undefined;
    if (phase === 'connected') return;
    await options.store.write(new Map([[loggedInKey, Buffer.from(phone ?? '')]]));
    phase = 'connected';
    emit({
      kind: 'connected',
      ...(phone === undefined ? {} : { phone }),
      ...(name === undefined ? {} : { name }),
    });
  };

  const onAway = async (): Promise<void> => {
    if (phase === 'connected') {
      if (lasts(pace.graceMs)) end({ kind: 'lost', cause: 'retry', detail: 'the gateway lost WhatsApp' });
      return;
    }
    if (phase === 'pairing') {
      // Pairing ends with a reconnection; the gateway forgets a number whose last code was not scanned.
      if (lasts(pace.settleMs)) end({ kind: 'lost', cause: 'expired' });
      return;
    }
    if (!isConnecting) {
      isConnecting = true;
      const answer = await gateway.connect(signal);
      if (!answer.ok) onTrouble(answer);
    } else if (lasts(pace.graceMs)) {
      end({ kind: 'lost', cause: 'retry', detail: 'the gateway could not connect to WhatsApp' });
    }
  };

  const onUnpaired = async (): Promise<void> => {
    if (phase === 'connected' || hasBeenLoggedIn) {
      if (!lasts(pace.settleMs)) return;
      await options.store.clear();
      return end({ kind: 'lost', cause: 'logged_out' });
    }
    unsettledSinceMs = undefined;
    pairingSinceMs ??= performance.now();
    if (performance.now() - pairingSinceMs > pace.pairingMs) return end({ kind: 'lost', cause: 'expired' });
    await (options.pairingPhone === undefined ? showQr() : showPairingCode(options.pairingPhone));
  };

  const showQr = async (): Promise<void> => {
    const answer = await gateway.qr(signal);
    if (!answer.ok) return onTrouble(answer);
    const code = answer.value;
    if (code === undefined || code === shownCode) return;
    const goodForMs = shownCode === undefined ? firstQrMs : nextQrMs;
    shownCode = code;
    phase = 'pairing';
    emit({ kind: 'qr', code, expiresAt: new Date(Date.now() + goodForMs) });
  };

  const showPairingCode = async (phone: string): Promise<void> => {
    if (shownCode !== undefined) return;
    const answer = await gateway.pairingCode(phone, signal);
    if (!answer.ok) return onTrouble(answer);
    shownCode = answer.value;
    phase = 'pairing';
    emit({ kind: 'pairing_code', code: answer.value, expiresAt: new Date(Date.now() + pairingCodeMs) });
  };

  const look = async (): Promise<void> => {
    const answer = await gateway.status(signal);
    if (!answer.ok) return onTrouble(answer);
    if (!isSetUp && webhookUrl !== undefined) {
      const set = await gateway.setWebhook(webhookUrl, signal);
      if (!set.ok) return onTrouble(set);
    }
    isSetUp = true;
    const { isConnected, isLoggedIn } = answer.value;
    if (!isConnected) return onAway();
    return isLoggedIn ? onConnected(answer.value) : onUnpaired();
  };

  const run = async (): Promise<void> => {
    hasBeenLoggedIn = (await options.store.read([loggedInKey])).has(loggedInKey);
    while (!signal.aborted) {
      await look();
      if (signal.aborted) return;
      const isSteady = phase === 'connected' && unsettledSinceMs === undefined;
      await pause(isSteady ? pace.pollMs : pace.pairingPollMs);
    }
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  // The store refuses a process that no longer owns the session: somebody else watches it now, and no event follows.
  const running = run().catch(() => ended.abort());

  return {
    async ping(caller) {
      const startedMs = performance.now();
      const answer = await gateway.status(caller);
      if (!answer.ok) throw new Error(`the gateway did not answer: ${answer.detail}`);
      if (!answer.value.isConnected || !answer.value.isLoggedIn)
        throw new Error('the gateway is not connected to WhatsApp');
      return performance.now() - startedMs;
    },
    async logout(caller) {
      const answer = await gateway.logout(caller);
      if (!answer.ok) throw new Error(`the gateway did not log out: ${answer.detail}`);
      ended.abort();
      wake();
      await running;
      await options.store.clear();
    },
    take(event) {
      if (event.kind !== 'lost') return wake();
      if (event.cause === 'logged_out') void options.store.clear().catch(() => undefined);
      end(event);
    },
    async close() {
      ended.abort();
      wake();
      await running;
    },
  };
}
