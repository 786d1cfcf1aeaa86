/** Frames as bytes, encoded once and written to every reader as they are. */
export class EncodedFrame {
  readonly #bytes: Buffer;
  #chunk: Buffer | undefined;

  constructor(text: string) {
    this.#bytes = Buffer.from(text);
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  /** The bytes for a connection: as one HTTP chunk, or bare for a reader that does not know chunks. */
  bytes(isChunked: boolean): Buffer {
    if (!isChunked) return this.#bytes;
    this.#chunk ??= Buffer.concat([
      Buffer.from(`${this.#bytes.length.toString(16)}\r\n`),
      this.#bytes,
      Buffer.from('\r\n'),
    ]);
    return this.#chunk;
  }

  /** As one HTTP chunk and the mark that no other follows. */
  lastBytes(): Buffer {
    return Buffer.concat([this.bytes(true), Buffer.from('0\r\n\r\n')]);
  }
}
