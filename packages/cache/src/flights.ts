/** Something about a key that is under way. */
export interface Flight {
  /** The key was changed meanwhile: the result may be handed to those who wait, but not be kept in memory. */
  isTainted: boolean;
}

/** At most one flight per key; whoever comes later shares it, unless the key has changed since it began. */
export class Flights<R> {
  readonly #flights = new Map<string, { readonly flight: Flight; readonly result: Promise<R> }>();

  has(text: string): boolean {
    return this.#flights.has(text);
  }

  /** The result of the flight under way, or of a new one. */
  share(text: string, begin: (flight: Flight) => Promise<R>): Promise<R> {
    const underWay = this.#flights.get(text);
    if (underWay !== undefined) return underWay.result;
    const flight: Flight = { isTainted: false };
    const result = this.#fly(text, flight, begin);
    this.#flights.set(text, { flight, result });
    return result;
  }

  /** The key has changed: what is under way ends for those who wait already, and nobody joins it any more. */
  taint(text: string): void {
    const underWay = this.#flights.get(text);
    if (underWay === undefined) return;
    underWay.flight.isTainted = true;
    this.#flights.delete(text);
  }

  taintAll(): void {
    for (const text of this.#flights.keys()) this.taint(text);
  }

  async #fly(text: string, flight: Flight, begin: (flight: Flight) => Promise<R>): Promise<R> {
    try {
      return await begin(flight);
    } finally {
      if (this.#flights.get(text)?.flight === flight) this.#flights.delete(text);
    }
  }
}
