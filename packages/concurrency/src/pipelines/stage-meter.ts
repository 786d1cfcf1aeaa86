import { LatencyHistogram, type LatencySummary } from './latency-histogram.ts';

/** What a stage has done and is doing. */
export interface StageMetrics {
  readonly stage: string;
  /** Items whose work succeeded. */
  readonly processed: number;
  /** Items given up; each went to the error stream. */
  readonly errors: number;
  /** Attempts after a first one. */
  readonly retries: number;
  /** Items being worked on, those that wait for their next attempt included. */
  readonly inFlight: number;
  /** Items waiting in front of the stage. */
  readonly waiting: number;
  /** From the start of an item's first attempt to its success, waits between attempts included. */
  readonly latency: LatencySummary;
}

/** Counts what one stage does. */
export class StageMeter {
  processed = 0;
  errors = 0;
  retries = 0;
  inFlight = 0;
  readonly #latency = new LatencyHistogram();

  succeeded(durationMs: number): void {
    this.inFlight--;
    this.processed++;
    this.#latency.record(durationMs);
  }

  failed(): void {
    this.inFlight--;
    this.errors++;
  }

  /** An abort ended it: neither processed nor an error. */
  abandoned(): void {
    this.inFlight--;
  }

  metrics(stage: string, waiting: number): StageMetrics {
    const { processed, errors, retries, inFlight } = this;
    return { stage, processed, errors, retries, inFlight, waiting, latency: this.#latency.summary() };
  }
}
