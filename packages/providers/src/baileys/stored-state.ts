import type { AuthenticationCreds, AuthenticationState, SignalDataSet, SignalDataTypeMap } from 'baileys';
import type { SessionStore } from '../session.ts';
import type { Baileys } from './load-baileys.ts';

/** A session's keys in memory as far as they were used, and in the store before anybody relies on them. */
export interface StoredState {
  readonly auth: AuthenticationState;
  /** Whether the number was linked already. */
  readonly isPaired: boolean;
  /** Writes the credentials as they are now. */
  saveCredentials(): void;
  /** Resolves when everything asked for so far is in the store. */
  settled(): Promise<void>;
}

export interface StoredStateOptions {
  /** The store did not take a write: what is in memory can no longer be relied on. */
  readonly onFailure: (error: unknown) => void;
  /** Values kept in memory; default 5 000, about 5 MB. */
  readonly cacheSize?: number;
}

const credentialsKey = 'creds';

/** Opens what is stored, or begins anew when there is nothing, or only the beginning of a pairing. */
export async function openStoredState(
  { lib }: Baileys,
  store: SessionStore,
  { onFailure, cacheSize = 5_000 }: StoredStateOptions,
): Promise<StoredState> {
  const cache = new Map<string, Uint8Array | undefined>();
  let waiting = new Map<string, Uint8Array | undefined>();
  let beingWritten: ReadonlyMap<string, Uint8Array | undefined> = new Map();
  let write: Promise<void> | undefined;

  const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value, lib.BufferJSON.replacer));
  const decode = (type: string, bytes: Uint8Array): unknown => {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString(), lib.BufferJSON.reviver);
    return type === 'app-state-sync-key' && typeof value === 'object' && value !== null
      ? lib.proto.Message.AppStateSyncKeyData.fromObject(value)
      : value;
  };
  const keep = (key: string, bytes: Uint8Array | undefined): void => {
    cache.delete(key);
    cache.set(key, bytes);
    for (const oldest of cache.keys()) {
      if (cache.size <= cacheSize) break;
      cache.delete(oldest);
    }
  };

  /** All changes that came while one write was under way make the next, in one transaction. */
  const flush = async (): Promise<void> => {
    beingWritten = waiting;
    waiting = new Map();
    try {
      await store.write(beingWritten);
      for (const [key, bytes] of beingWritten) keep(key, bytes);
    } catch (error) {
      for (const key of beingWritten.keys()) cache.delete(key);
      onFailure(error);
      throw error;
    } finally {
      beingWritten = new Map();
    }
  };
  const save = (changes: Iterable<readonly [string, Uint8Array | undefined]>): Promise<void> => {
    for (const [key, bytes] of changes) waiting.set(key, bytes);
    return write === undefined ? next() : afterWrite(write);
  };
  const afterWrite = async (before: Promise<void>): Promise<void> => {
    await before.catch(() => undefined);
    await next();
  };
  const next = (): Promise<void> => {
    if (waiting.size === 0) return write ?? Promise.resolve();
    const begun = flush().finally(() => {
      if (write === begun) write = undefined;
    });
    write = begun;
    return begun;
  };
  const read = async (keys: readonly string[]): Promise<Map<string, Uint8Array>> => {
    const found = new Map<string, Uint8Array>();
    const missing: string[] = [];
    for (const key of keys) {
      const place = [waiting, beingWritten, cache].find((known) => known.has(key));
      if (place === undefined) missing.push(key);
      else {
        const bytes = place.get(key);
        if (bytes !== undefined) found.set(key, bytes);
      }
    }
    if (missing.length > 0) {
      const stored = await store.read(missing);
      for (const key of missing) {
        const bytes = stored.get(key);
        if (!waiting.has(key) && !beingWritten.has(key)) keep(key, bytes);
        if (bytes !== undefined) found.set(key, bytes);
      }
    }
    return found;
  };

  const stored = (await read([credentialsKey])).get(credentialsKey);
  // It was written by us, as what it is read as.
  const known = stored && (decode(credentialsKey, stored) as AuthenticationCreds);
  // A pairing by code writes a number before it has succeeded: without an account those credentials open nothing.
  const creds = known?.account ? known : lib.initAuthCreds();

  return {
    isPaired: creds === known,
    auth: {
      creds,
      keys: {
        async get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
          const values: { [id: string]: SignalDataTypeMap[T] } = {};
          const found = await read(ids.map((id) => keyOf(type, id)));
          for (const id of ids) {
            const bytes = found.get(keyOf(type, id));
            // What lies under a type's name was written as that type.
            if (bytes !== undefined) values[id] = decode(type, bytes) as SignalDataTypeMap[T];
          }
          return values;
        },
        set: (data: SignalDataSet) => save(changesOf(data)),
      },
    },
    saveCredentials() {
      // A failure has been told already.
      save([[credentialsKey, encode(creds)]]).catch(() => undefined);
    },
    async settled() {
      for (let last = write; last !== undefined; last = write) await last.catch(() => undefined);
    },
  };

  function* changesOf(data: SignalDataSet): Generator<readonly [string, Uint8Array | undefined]> {
    for (const [type, entries] of Object.entries(data)) {
      for (const [id, value] of Object.entries(entries)) {
        yield [keyOf(type, id), value === null || value === undefined ? undefined : encode(value)];
      }
    }
  }
}

function keyOf(type: string, id: string): string {
  return `${type}/${id}`;
}
