import { type InvariantName, type InvariantResult, invariantNames, type Violation } from './invariants.ts';

const kept = 20;

/** Gathers violations by invariant: counts all of them, keeps the first twenty of each. */
export class ViolationList {
  readonly #byName = new Map<InvariantName, { count: number; first: Violation[] }>(
    invariantNames.map((name) => [name, { count: 0, first: [] }]),
  );

  add(name: InvariantName, id: string, problem: string): void {
    const list = this.#byName.get(name);
    if (list === undefined) return;
    list.count++;
    if (list.first.length < kept) list.first.push({ id, problem });
  }

  /** One result for each invariant, in their order. */
  results(): InvariantResult[] {
    return [...this.#byName].map(([name, { count, first }]) => ({
      name,
      isKept: count === 0,
      count,
      violations: first,
    }));
  }
}
