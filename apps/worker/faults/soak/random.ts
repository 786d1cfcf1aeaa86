/** Random choices that a seed repeats (mulberry32, public domain: 32 bits of state, good enough to spread faults). */
export interface SeededRandom {
  /** From 0 up to, not including, 1. */
  ratio(): number;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  one<const T>(choices: readonly [T, ...T[]]): T;
  chance(share01: number): boolean;
}

/** @param seed any whole number */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const ratio = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (min: number, max: number): number => min + Math.floor(ratio() * (max - min + 1));
  return {
    ratio,
    whole,
    one: (choices) => choices[whole(0, choices.length - 1)] ?? choices[0],
    chance: (share01) => ratio() < share01,
  };
}
