/** An item that a stage gave up; it has left the pipeline here and nowhere else. */
export interface StageFailure<Stage extends string = string, Item = unknown> {
  readonly stage: Stage;
  /** As the stage received it. */
  readonly item: Item;
  /** The attempt that failed last: 1 when there was no other. */
  readonly attempt: number;
  /** As that attempt threw it. */
  readonly error: unknown;
}
