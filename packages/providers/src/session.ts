import type { Provider } from './provider.ts';

/** News of one number's session; the last one of a `lost` ends the session. */
export type SessionEvent =
  /** To be scanned with the phone; a new one replaces it. `code` is the text to draw, or a `data:image/…` address. */
  | { readonly kind: 'qr'; readonly code: string; readonly expiresAt: Date }
  /** To be typed into the phone. */
  | { readonly kind: 'pairing_code'; readonly code: string; readonly expiresAt: Date }
  /** The number can send. */
  | { readonly kind: 'connected'; readonly phone?: string; readonly userId?: string; readonly name?: string }
  /**
   * The session is over. `retry`: the way to the network broke, opening it again is worth a try. `logged_out`: the
   * phone ended it, its credentials are void. `replaced`: somebody else opened the same session. `banned`: the network
   * will not have the number. `expired`: nobody scanned or typed the code in time. `refused`: it cannot work as it is
   * set up.
   */
  | {
      readonly kind: 'lost';
      readonly cause: 'retry' | 'logged_out' | 'replaced' | 'banned' | 'expired' | 'refused';
      /** For the log and for support: the network's own word. */
      readonly detail?: string;
    };

/** Where one session keeps what it must not lose: encrypted at rest, written in transactions. */
export interface SessionStore {
  /** The values of those keys that exist. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** All or nothing; `undefined` deletes. Rejects when this process no longer owns the session. */
  write(changes: ReadonlyMap<string, Uint8Array | undefined>): Promise<void>;
  /** Forgets everything, for a session that was logged out. */
  clear(): Promise<void>;
}

/** How a session is opened. */
export interface OpenSessionOptions {
  /** The connection; `SendRequest.sender` names it too. */
  readonly connectionId: string;
  /** What the tenant set for it, checked by the provider: addresses, tokens, a proxy. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly store: SessionStore;
  /** Pair by a code typed into the phone with this number (E.164) instead of a QR. */
  readonly pairingPhone?: string;
  /** Called in order, one at a time is awaited by nobody; must not throw. */
  readonly onEvent: (event: SessionEvent) => void;
}

/** One number's open session. */
export interface Session {
  /** Asks the network something small; resolves with the milliseconds it took, rejects when there is no answer. */
  ping(signal: AbortSignal): Promise<number>;
  /** Ends the session at the network: its credentials are void afterwards. */
  logout(signal: AbortSignal): Promise<void>;
  /** Lets the session go and keeps its credentials. Idempotent; no event follows. */
  close(): Promise<void>;
}

/** A transport whose numbers must be logged in: it sends for a connection only while its session is open. */
export interface SessionProvider extends Provider {
  /** Who may hold the session: one process with a socket of its own, or a gateway that any process may ask. */
  readonly sessionPlace: 'socket' | 'gateway';
  /**
   * Opens a session; progress comes as events. Rejects only for settings that make no sense (`AppError` with a stable
   * code). A connection has one session in a process at most.
   */
  openSession(options: OpenSessionOptions): Promise<Session>;
}
