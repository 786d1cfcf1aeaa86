/** Something about a key that is under way. */
export interface Flight<R> {
  readonly result: Promise<R>;
  /** The key was changed meanwhile: the result may be handed to those who wait, but not be kept in memory. */
  isTainted: boolean;
}

/** At most one flight per key; whoever comes later shares it, unless the key has changed since it began. */
export class Flights<R> {
  readonly #flights = new Map<string, Flight<R>>();

  has(text: string): boolean {
    return this.#flights.has(text);
  }

  /** The result of the flight under way, or of a new one. */
  share(text: string, begin: (flight: Flight<R>) => Promise<R>): Promise<R> {
    return (this.#flights.get(text) ?? this.#begin(text, begin)).result;
  }

  /** The key has changed: what is under way ends for those who wait already, and nobody joins it any more. */
  taint(text: string): void {
    const flight = this.#flights.get(text);
    if (flight === undefined) return;
    flight.isTainted = true;
    this.#flights.delete(text);
  }

  taintAll(): void {
    for (const text of this.#flights.keys()) this.taint(text);
  }

  #begin(text: string, begin: (flight: Flight<R>) => Promise<R>): Flight<R> {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    const flight: Flight<R> = { result: promise, isTainted: false };
    this.#flights.set(text, flight);
    begin(flight)
      .finally(() => {
        if (this.#flights.get(text) === flight) this.#flights.delete(text);
      })
      .then(resolve, reject);
    return flight;
  }
}
