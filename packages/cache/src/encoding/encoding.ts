/** One way to turn values into bytes and back. */
export interface Encoding {
  readonly name: EncodingName;
  /** Bytes that another instance, or a later release, may decode only if it names the same. */
  readonly fingerprint: string;
  encode(value: unknown): Buffer;
  /** @throws whatever the bytes deserve when they are not of this encoding. */
  decode(bytes: Buffer): unknown;
}

/**
 * `json`: readable, and can be passed on to HTTP as it is. `msgpack`: self-describing binary. `records`: MessagePack
 * whose property names come from the class's schema instead of standing in every value.
 */
export type EncodingName = 'json' | 'msgpack' | 'records';
