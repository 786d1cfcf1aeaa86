/** The phones of one batch. */
export interface PhoneSet {
  /** True when the phone was not there. */
  add(phone: string): boolean;
  /** Empties it for the next batch; its room stays. */
  clear(): void;
  readonly size: number;
}

/**
 * A set of E.164 phones as numbers (15 digits fit a double exactly), in one flat table. A `Set` of the texts would
 * keep alive every piece of the file that they were cut from.
 */
export function createPhoneSet(): PhoneSet {
  let table = new Float64Array(16_384);
  let size = 0;

  function insert(into: Float64Array, phone: number): boolean {
    const mask = into.length - 1;
    for (let at = spread(phone); ; at++) {
      const found = into[at & mask];
      if (found === phone) return false;
      if (found !== 0) continue;
      into[at & mask] = phone;
      return true;
    }
  }

  return {
    add(phone) {
      if (!insert(table, Number(phone))) return false;
      size++;
      if (size * 2 > table.length) {
        const larger = new Float64Array(table.length * 2);
        for (const known of table) if (known !== 0) insert(larger, known);
        table = larger;
      }
      return true;
    },
    clear() {
      table.fill(0);
      size = 0;
    },
    get size() {
      return size;
    },
  };
}

/** Neighbouring phones, and phones that end alike, far apart from each other. */
function spread(phone: number): number {
  const product = Math.imul(phone % 4_294_967_291, 0x9e3779b1);
  return (product ^ (product >>> 15)) >>> 0;
}
