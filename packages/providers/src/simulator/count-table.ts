/**
 * Counts occurrences of texts in 12 bytes each, whatever their length: open addressing on a 64-bit hash. Two
 * different texts share a count with a chance of about n² / 2⁶⁵: nothing to fear for millions.
 */
export class CountTable {
  #low = new Uint32Array(1024);
  #high = new Uint32Array(1024);
  #counts = new Uint32Array(1024);
  #size = 0;

  /** How many different texts were counted. */
  get size(): number {
    return this.#size;
  }

  /** Counts one more; answers how often the text has now been seen, 1 for the first time. */
  add(text: string): number {
    if (this.#size * 4 > this.#counts.length * 3) this.#grow();
    const slot = this.#slotOf(hash32(text, 0x811c9dc5), hash32(text, 0x9747b28c) || 1);
    const count = (this.#counts[slot] ?? 0) + 1;
    this.#counts[slot] = count;
    if (count === 1) this.#size++;
    return count;
  }

  /** How often the text was counted; 0 for never. */
  get(text: string): number {
    const slot = this.#slotOf(hash32(text, 0x811c9dc5), hash32(text, 0x9747b28c) || 1);
    return this.#counts[slot] ?? 0;
  }

  /** The slot of a key: its own, or an empty one that now carries it. An empty slot has count 0. */
  #slotOf(low: number, high: number): number {
    const mask = this.#counts.length - 1;
    let slot = (low ^ high) & mask;
    while (this.#counts[slot] !== 0) {
      if (this.#low[slot] === low && this.#high[slot] === high) return slot;
      slot = (slot + 1) & mask;
    }
    this.#low[slot] = low;
    this.#high[slot] = high;
    return slot;
  }

  #grow(): void {
    const [low, high, counts] = [this.#low, this.#high, this.#counts];
    this.#low = new Uint32Array(counts.length * 2);
    this.#high = new Uint32Array(counts.length * 2);
    this.#counts = new Uint32Array(counts.length * 2);
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] ?? 0;
      if (count > 0) this.#counts[this.#slotOf(low[i] ?? 0, high[i] ?? 0)] = count;
    }
  }
}

function hash32(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
