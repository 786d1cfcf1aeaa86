/** The labelled points of the sending path where a test may make the process fail. */
export const failpointNames = [
  'before-claim',
  'after-claim',
  'after-mark-sending',
  'after-bytes-written',
  'after-provider-reply',
  'after-commit',
  'before-ack',
  'outbox-after-insert',
  'relay-after-add',
  'relay-after-mark',
  'import-after-batch',
  'webhook-claimed',
  'webhook-posted',
] as const;

export type FailpointName = (typeof failpointNames)[number];

/** What happens at a point: die at once, throw, freeze (SIGSTOP), or wait some milliseconds. */
export type FailpointAction =
  { readonly kind: 'kill' | 'throw' | 'stop' } | { readonly kind: 'sleep'; readonly ms: number };

/** One armed point: it acts at the given pass, counted from 1, and only then. */
export interface FailpointSpec {
  readonly name: FailpointName;
  readonly action: FailpointAction;
  readonly pass: number;
}

/** Passed through the sending path; off, it is one comparison. */
export interface Failpoints {
  /** Acts when this is the armed point and pass. `undefined` when nothing is armed, so that nobody awaits it. */
  hit(name: FailpointName): Promise<void> | undefined;
}

/** No point is armed. */
export const noFailpoints: Failpoints = { hit: () => undefined };

/**
 * Reads `name:kill`, `name:throw`, `name:stop` or `name:sleep=ms`, with `@n` behind it for the n-th pass.
 * `undefined` when the text is not of that form.
 */
export function parseFailpoint(text: string): FailpointSpec | undefined {
  const match = /^([a-z-]+):(kill|throw|stop|sleep=(\d{1,6}))(?:@(\d{1,6}))?$/.exec(text);
  const name = failpointNames.find((known) => known === match?.[1]);
  if (match === null || name === undefined) return undefined;
  const kind = match[2];
  const action: FailpointAction =
    kind === 'kill' || kind === 'throw' || kind === 'stop'
      ? { kind }
      : { kind: 'sleep', ms: Number(match[3]) };
  return { name, action, pass: Number(match[4] ?? 1) };
}

/** Arms one point of this process. For tests: an app refuses it in production. */
export function createFailpoints(spec: FailpointSpec): Failpoints {
  let passes = 0;
  return {
    hit(name) {
      if (name !== spec.name || ++passes !== spec.pass) return undefined;
      return act(spec);
    },
  };
}

async function act({ name, action }: FailpointSpec): Promise<void> {
  switch (action.kind) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'stop':
      process.kill(process.pid, 'SIGSTOP');
      return;
    case 'throw':
      throw new Error(`failpoint ${name}`);
    case 'sleep':
      await new Promise((resolve) => setTimeout(resolve, action.ms));
      return;
    default:
      throw new Error(`unknown action ${JSON.stringify(action satisfies never)}`);
  }
}
