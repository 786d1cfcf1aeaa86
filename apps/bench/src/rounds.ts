/** Cases by name; each answers its result, for example rows a second. */
export type Cases<Name extends string> = Readonly<Record<Name, () => Promise<number>>>;

/**
 * Runs every case once to warm up, then `rounds` times, interleaved so that drift of the machine hits all alike;
 * answers the medians.
 */
export async function medianRounds<Name extends string>(
  cases: Cases<Name>,
  rounds: number,
): Promise<Record<Name, number>> {
  // The entries of a record with these keys.
  const entries = Object.entries(cases) as [Name, () => Promise<number>][];
  const results = new Map<Name, number[]>(entries.map(([name]) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of entries) {
      const result = await run();
      if (round >= 0) results.get(name)?.push(result);
    }
  }
  // One median for each of the names.
  return Object.fromEntries(entries.map(([name]) => [name, median(results.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

/** The middle one; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? Number.NaN;
}

/** Things done a second. */
export async function rate(count: number, run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return (count * 1000) / (performance.now() - start);
}
