import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import { createActivityLog, type QueueActivity } from './activity.ts';
import type { BullBackend, BullQueue } from './bull-backend.ts';
import { startConsumer } from './consumer.ts';
import type { JobDefinition } from './define-job.ts';
import { addOptions, jobOptions } from './job-options.ts';
import { queueNames } from './jobs.ts';
import { createOutageLog } from './outage-log.ts';
import { createPostgresBackend } from './postgres-backend.ts';
import { toBullPriority, type Urgency } from './priority.ts';
import { createQueueAdmin, type QueueAdmin } from './queue-admin.ts';
import type { AddOptions, Consumer, JobHandler, JobStatus, QueueCounts, Queues } from './queues.ts';
import { readCounts } from './read-counts.ts';
import { createRedisBackend } from './redis-backend.ts';
import { within } from './within.ts';

/** Where the jobs are kept. */
export type QueueBackendOptions =
  | {
      readonly kind: 'postgres';
      /** Logs in as the owner of the queue schema; never through a transaction pooler. */
      readonly connectionString: string;
    }
  | { readonly kind: 'redis'; readonly url: string };

/** Settings of {@link createQueues}. */
export interface QueuesOptions {
  readonly backend: QueueBackendOptions;
  readonly logger: Logger;
  /** Separates installations that share one backend. Default `zaphub`. */
  readonly prefix?: string;
  /** Milliseconds until `add` and the other calls give up. Default 5000. */
  readonly addTimeoutMs?: number;
  /** Milliseconds until the jobs of a process that fell silent may be run by another. Default 15 000. */
  readonly lockMs?: number;
  /** Milliseconds a handler gets to end after its signal aborted. Default 5000. */
  readonly graceMs?: number;
  /** The queues whose jobs this process does; `consume` does nothing for any other. All when absent. */
  readonly consumes?: ReadonlySet<string> | undefined;
}

/** Cleaning or draining a long queue takes its time. */
const adminTimeoutMs = 30_000;

/** The schema of BullMQ's tables; made by our migrations and owned by the engine's role. */
const postgresSchema = 'bullmq';

/**
 * Connects to the backend, checks that it is fit for queues and prepares its tables.
 *
 * @throws AppError `unavailable` or `timeout` when it cannot be reached, `internal` when it is not fit.
 */
export async function createQueues(options: QueuesOptions): Promise<Queues> {
  const prefix = options.prefix ?? 'zaphub';
  const backend = createBackend(options.backend, prefix, options.logger);
  const queues = new BullQueues(backend, options, options.backend.kind === 'postgres' ? `${prefix}.` : '');
  try {
    await queues.connect();
  } catch (error) {
    await backend.close();
    throw error;
  }
  return queues;
}

function createBackend(options: QueueBackendOptions, prefix: string, logger: Logger): BullBackend {
  switch (options.kind) {
    case 'redis':
      return createRedisBackend({ url: options.url, prefix, logger });
    case 'postgres':
      return createPostgresBackend({ connectionString: options.connectionString, schema: postgresSchema });
    default:
      throw new AppError('internal', `unknown queue backend ${JSON.stringify(options satisfies never)}`);
  }
}

class BullQueues implements Queues {
  readonly admin: QueueAdmin;
  readonly #backend: BullBackend;
  readonly #logger: Logger;
  readonly #onError: (error: Error) => void;
  readonly #namePrefix: string;
  readonly #addTimeoutMs: number;
  readonly #lockMs: number;
  readonly #graceMs: number;
  readonly #consumes: ReadonlySet<string> | undefined;
  readonly #open = new Map<string, Promise<BullQueue>>();
  readonly #consumers = new Set<Consumer>();
  readonly #activity = createActivityLog();
  #closed: Promise<void> | undefined;

  constructor(backend: BullBackend, options: QueuesOptions, namePrefix: string) {
    this.#backend = backend;
    this.#logger = options.logger;
    this.#onError = createOutageLog(options.logger);
    this.#namePrefix = namePrefix;
    this.#addTimeoutMs = options.addTimeoutMs ?? 5000;
    this.#lockMs = options.lockMs ?? 15_000;
    this.#graceMs = options.graceMs ?? 5000;
    this.#consumes = options.consumes;
    this.admin = createQueueAdmin(async (what, queueName, work) => {
      if (!queueNames.includes(queueName)) throw new AppError('not_found', `no queue ${queueName}`);
      return this.#call(what, async () => work(await this.#queue(queueName)), { timeoutMs: adminTimeoutMs });
    });
  }

  async connect(): Promise<void> {
    await this.#call('connecting to the queues', () => this.#backend.prepare(), { timeoutMs: 30_000 });
  }

  async add<Payload>(job: JobDefinition<Payload>, payload: Payload, options: AddOptions = {}): Promise<void> {
    const parsed = job.schema.safeParse(payload);
    if (!parsed.success) {
      throw new AppError('internal', `payload of ${job.name} does not fit its schema`, {
        cause: parsed.error,
      });
    }
    const bullOptions = addOptions(job, parsed.data, options.delayMs ?? 0);
    await this.#call(
      `adding ${job.name}`,
      async () => {
        const queue = await this.#queue(job.queue);
        await queue.add(job.name, parsed.data, bullOptions);
      },
      { signal: options.signal },
    );
  }

  async schedule<Payload>(
    job: JobDefinition<Payload>,
    payload: Payload,
    options: { readonly everyMs: number },
  ): Promise<void> {
    const template = { name: job.name, data: job.schema.parse(payload), options: jobOptions(job, payload) };
    await this.#call(`scheduling ${job.name}`, async () =>
      (await this.#queue(job.queue)).schedule(job.name, options.everyMs, template),
    );
  }

  async consume<Payload>(
    job: JobDefinition<Payload>,
    handler: JobHandler<Payload>,
    options: { readonly concurrency?: number } = {},
  ): Promise<Consumer> {
    this.#refuseWhenClosed();
    if (this.#consumes?.has(job.queue) === false) return { close: () => Promise.resolve() };
    const consumer = await startConsumer(job, handler, {
      backend: this.#backend,
      logger: this.#logger,
      onError: this.#onError,
      queueName: this.#namePrefix + job.queue,
      connectTimeoutMs: this.#addTimeoutMs,
      lockMs: this.#lockMs,
      graceMs: this.#graceMs,
      concurrency: options.concurrency ?? job.concurrency,
      activity: this.#activity,
    });
    this.#consumers.add(consumer);
    return consumer;
  }

  activity(): readonly QueueActivity[] {
    return this.#activity.read();
  }

  async counts(queueName: string): Promise<QueueCounts> {
    const counts = await this.#call(`counting ${queueName}`, async () => {
      const queue = await this.#queue(queueName);
      return queue.getJobCounts();
    });
    return readCounts(counts);
  }

  async find(queueName: string, id: string): Promise<JobStatus | undefined> {
    return this.#call(`asking for a job of ${queueName}`, async () =>
      (await this.#queue(queueName)).find(id),
    );
  }

  async waitingByUrgency(queueName: string, urgencies: readonly Urgency[]): Promise<readonly number[]> {
    const priorities = urgencies.map(toBullPriority);
    const counts = await this.#call(`counting ${queueName}`, async () =>
      (await this.#queue(queueName)).getCountsPerPriority(priorities),
    );
    return priorities.map((priority) => counts[priority] ?? 0);
  }

  async pause(queueName: string): Promise<void> {
    await this.#call(`pausing ${queueName}`, async () => (await this.#queue(queueName)).pause());
  }

  async resume(queueName: string): Promise<void> {
    await this.#call(`resuming ${queueName}`, async () => (await this.#queue(queueName)).resume());
  }

  async ping(): Promise<void> {
    await this.#call('asking the queue backend', () => this.#backend.ping());
  }

  close(options: { readonly deadlineMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#closeAll(options);
    return this.#closed;
  }

  async #closeAll(options: { readonly deadlineMs?: number }): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close(options)));
    await Promise.all([...this.#open.values()].map((opening) => this.#closeQueue(opening)));
    await this.#backend.close();
  }

  async #closeQueue(opening: Promise<BullQueue>): Promise<void> {
    try {
      const queue = await opening;
      await within(queue.close(), { what: 'closing a queue', timeoutMs: 1000 }).catch(() => queue.abandon());
    } catch {
      // It never opened, or its backend is away: nothing is left to release.
    }
  }

  /** Opened at first use and kept; one that could not be opened is forgotten, so that the next use tries again. */
  #queue(queueName: string): Promise<BullQueue> {
    const existing = this.#open.get(queueName);
    if (existing !== undefined) return existing;
    const queue = this.#backend.openQueue(this.#namePrefix + queueName, this.#onError);
    const opening = queue.waitUntilReady().then(
      () => queue,
      (error: unknown) => {
        this.#open.delete(queueName);
        queue.abandon();
        throw error;
      },
    );
    this.#open.set(queueName, opening);
    return opening;
  }

  async #call<T>(
    what: string,
    work: () => Promise<T>,
    limits: { readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    this.#refuseWhenClosed();
    const { timeoutMs = this.#addTimeoutMs, signal } = limits;
    signal?.throwIfAborted();
    try {
      return await within(work(), { what, timeoutMs, signal });
    } catch (error) {
      if (error instanceof AppError || signal?.aborted === true) throw error;
      throw new AppError('unavailable', `${what} failed: the queue backend is not available`, {
        cause: error,
      });
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closed !== undefined) throw new AppError('unavailable', 'the queues are closed');
  }
}
