import { parseArgs } from 'node:util';
import { queueNames } from '@zaphub/queues';
import { PlainError } from '../../plain-error.ts';
import { texts } from './texts.ts';

const actions = ['list', 'failed', 'pause', 'resume', 'clean', 'drain', 'retry'] as const;
type Action = (typeof actions)[number];

/** What is to be done. */
export interface QueuesArguments {
  readonly action: Action;
  /** Absent: every queue. */
  readonly queue: string | undefined;
  readonly jobId: string | undefined;
  readonly limit: number;
  readonly olderThanMs: number;
  readonly state: 'completed' | 'failed';
  readonly withDelayed: boolean;
  readonly isJson: boolean;
}

const needsQueue: ReadonlySet<Action> = new Set(['failed', 'drain', 'retry']);
const hourMs = 3_600_000;

/** @throws PlainError for what cannot be understood; then nothing was done */
export function readArguments(args: readonly string[]): QueuesArguments {
  const { values, positionals } = parse(args);
  const [given = 'list', queue, jobId, ...others] = positionals;
  const action = actions.find((each) => each === given);
  if (action === undefined || others.length > 0) {
    throw new PlainError(texts.badOption([given, ...others].join(' ')), texts.usage);
  }
  if (queue !== undefined && !queueNames.includes(queue)) {
    throw new PlainError(texts.noSuchQueue(queue), texts.whichQueues(queueNames));
  }
  if (queue === undefined && needsQueue.has(action)) {
    throw new PlainError(texts.needsQueue(action), texts.whichQueues(queueNames));
  }
  const state = values.state ?? 'completed';
  if (state !== 'completed' && state !== 'failed') {
    throw new PlainError(texts.badOption(`--state ${state}`), texts.usage);
  }
  return {
    action,
    queue,
    jobId,
    limit: wholeNumber('--limit', values.limit ?? '20'),
    olderThanMs: wholeNumber('--older-than', values['older-than'] ?? '24') * hourMs,
    state,
    withDelayed: values['with-delayed'] === true,
    isJson: values.json === true,
  };
}

const options = {
  json: { type: 'boolean' },
  limit: { type: 'string' },
  'older-than': { type: 'string' },
  state: { type: 'string' },
  'with-delayed': { type: 'boolean' },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new PlainError(
      texts.badOption(error instanceof Error ? error.message : String(error)),
      texts.usage,
    );
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new PlainError(texts.badOption(`${name} ${text}`), texts.usage);
  return Number(text);
}
