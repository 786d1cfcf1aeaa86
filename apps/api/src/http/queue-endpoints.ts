import { type Database } from '@zaphub/db';
import { listWorkers } from '@zaphub/features';
import type { EventHub } from '@zaphub/realtime';
import type { FailedJob, QueueAdmin, QueueMetrics } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { OperatorGate } from './operator-auth.ts';
import { requestInfo } from './request-info.ts';

/** The way to the queues, opened at its first use. */
export interface QueueAccess {
  /** @throws AppError `unavailable` when the backend does not answer */
  admin(): Promise<QueueAdmin>;
}

/** What operators may do to queues through the api. */
export interface QueueEndpointParts {
  readonly gate: OperatorGate;
  /** `undefined` where this process was given no way to the queues. */
  readonly queues: QueueAccess | undefined;
  readonly database: Database;
  readonly hub: Pick<EventHub, 'streams'>;
  readonly logger: Logger;
}

const prefix = '/api/v1/admin/';
const options = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(20),
  state: z.enum(['completed', 'failed']).default('completed'),
  older_than_seconds: z.coerce.number().int().min(0).default(86_400),
  with_delayed: z.enum(['true', 'false']).default('false'),
  id: z.string().min(1).max(200).optional(),
});
type Options = z.output<typeof options>;

type Action = (admin: QueueAdmin, queue: string | undefined, given: Options) => Promise<unknown>;

/** What is done by `POST /queues/ACTION` (to all) and `POST /queues/:queue/ACTION`. */
const actions: Readonly<Record<string, Action>> = {
  pause: (admin, queue) => (queue === undefined ? admin.pauseAll() : admin.pause(queue)),
  resume: (admin, queue) => (queue === undefined ? admin.resumeAll() : admin.resume(queue)),
  clean: async (admin, queue, given) => {
    const olderThanMs = given.older_than_seconds * 1000;
    return queue === undefined
      ? { cleaned: await admin.cleanOld(olderThanMs) }
      : { cleaned: await admin.clean(queue, { state: given.state, olderThanMs }) };
  },
  drain: async (admin, queue, given) => ({
    drained: await admin.drain(named(queue), { withDelayed: given.with_delayed === 'true' }),
  }),
  retry: async (admin, queue, { id }) => ({
    retried: await admin.retryFailed(named(queue), id === undefined ? undefined : [id]),
  }),
};

/**
 * `/api/v1/admin/queues`, `/workers` and `/streams`, for operators: which processes and streams there are, how full the queues are, what failed in them, and
 * pause, resume, clean, drain, retry. Everything that changes something is logged.
 */
export function queueEndpoints(parts: QueueEndpointParts): RequestHandler {
  return async (req, res, next) => {
    const [, kind, first, second, ...rest] =
      /^(queues|workers|streams)(?:\/([^/]+))?(?:\/([^/]+))?(\/.*)?$/.exec(
        req.path.startsWith(prefix) ? req.path.slice(prefix.length) : '',
      ) ?? [];
    if (kind === undefined || rest.some((part) => part !== undefined)) {
      next();
      return;
    }
    requestInfo(req).route = `${prefix}${kind}`;
    await parts.gate.check(req, res);
    const send = (body: unknown): void => {
      const text = JSON.stringify(body ?? { ok: true });
      res.statusCode = 200;
      res.setHeader('Content-Type', 'application/json; charset=utf-8');
      res.setHeader('Cache-Control', 'no-store');
      res.end(text);
    };
    if (kind !== 'queues') {
      if (first !== undefined) throw new AppError('not_found', 'no such address');
      refuseUnless(req.method, ['GET', 'HEAD']);
      send(
        kind === 'workers'
          ? { data: (await listWorkers(parts.database)).map(presentWorker) }
          : await readStreams(parts.hub),
      );
      return;
    }
    const given = readOptions(req.originalUrl);
    const admin = await accessOf(parts);
    if (req.method === 'GET' || req.method === 'HEAD') {
      send(await read(admin, { queue: first, what: second, limit: given.limit }));
      return;
    }
    refuseUnless(req.method, ['POST']);
    const [queue, name = ''] = second === undefined ? [undefined, first] : [first, second];
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw new AppError('not_found', `no such thing to do: ${name}`);
    const result = await action(admin, queue, given);
    parts.logger.warn('an operator changed the queues', { action: name, queue: queue ?? 'all', result });
    send(result);
  };
}

async function read(
  admin: QueueAdmin,
  asked: { readonly queue: string | undefined; readonly what: string | undefined; readonly limit: number },
): Promise<unknown> {
  const { queue, what, limit } = asked;
  if (queue === undefined) return { data: (await admin.allMetrics()).map(presentQueue) };
  if (what === undefined) return presentQueue(await admin.metrics(queue));
  if (what === 'failed') return { data: (await admin.failedJobs(queue, limit)).map(presentJob) };
  throw new AppError('not_found', 'no such address');
}

/** How many event streams are open, and in which process. */
async function readStreams(hub: Pick<EventHub, 'streams'>): Promise<unknown> {
  const data = await hub.streams();
  return { total: data.reduce((sum, { streams }) => sum + streams, 0), data };
}

async function accessOf({ queues }: QueueEndpointParts): Promise<QueueAdmin> {
  if (queues === undefined) {
    throw new AppError('unavailable', 'this process was given no way to the queues', {
      publicMessage: {
        en: 'This api was given no way to the queues. Set DATABASE_QUEUES_URL or REDIS_URL, or use `zaphub queues`.',
        'pt-BR':
          'Esta api não recebeu acesso às filas. Defina DATABASE_QUEUES_URL ou REDIS_URL, ou use `zaphub queues`.',
      },
    });
  }
  return queues.admin();
}

function named(queue: string | undefined): string {
  if (queue === undefined) throw new AppError('not_found', 'this is done to one queue, by its name');
  return queue;
}

function refuseUnless(method: string, allowed: readonly string[]): void {
  if (!allowed.includes(method)) throw new AppError('method_not_allowed', method);
}

function readOptions(url: string): Options {
  const [, query = ''] = url.split('?', 2);
  const parsed = options.safeParse(Object.fromEntries(new URLSearchParams(query)));
  if (!parsed.success) throw new AppError('bad_request', parsed.error.message);
  return parsed.data;
}

function presentQueue({ isPaused, ...counts }: QueueMetrics): Record<string, unknown> {
  return { ...counts, is_paused: isPaused };
}

function presentJob(job: FailedJob): Record<string, unknown> {
  return {
    id: job.id,
    name: job.name,
    payload: job.payload,
    attempts: job.attemptsMade,
    error: job.error,
    failed_at: job.failedAt.toISOString(),
  };
}

function presentWorker(worker: Awaited<ReturnType<typeof listWorkers>>[number]): Record<string, unknown> {
  return {
    owner: worker.owner,
    roles: worker.roles,
    version: worker.version,
    backend: worker.backend,
    started_at: worker.startedAt.toISOString(),
    heartbeat_at: worker.heartbeatAt.toISOString(),
    silent_seconds: worker.silentSeconds,
    is_alive: worker.isAlive,
    numbers: worker.numbers,
  };
}
