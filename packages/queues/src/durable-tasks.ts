import {
  type DurableTasks,
  type QueueStats,
  taskPriorities,
  type TaskState,
  type TaskStatus,
} from '@zaphub/kernel';
import type { JobDefinition } from './define-job.ts';
import { type JobPayload, taskRun } from './jobs.ts';
import type { JobStatus, Queues } from './queues.ts';
import { taskUrgencies } from './task-urgency.ts';

/** What the queue holds of a task. */
type StoredTask = JobPayload<'task.run'>;

/**
 * Keeps tasks in a queue of their own on whatever backend the queues have: they outlive every process, and any
 * process that asks for them may do them. As long as the backend keeps its data, that is; tasks that must never be
 * lost have a row in the database and are rung for again.
 */
export function createDurableTasks(queues: Queues, job: JobDefinition<StoredTask> = taskRun): DurableTasks {
  return {
    add: (task) => queues.add(job, { ...task }),
    async find(id) {
      const found = await queues.find(job.queue, id);
      return found && statusOf(id, found, job);
    },
    async stats(): Promise<QueueStats> {
      const urgencies = taskPriorities.map((priority) => taskUrgencies[priority]);
      const [counts, [high = 0, normal = 0, low = 0]] = await Promise.all([
        queues.counts(job.queue),
        queues.waitingByUrgency(job.queue, urgencies),
      ]);
      return {
        pending: counts.waiting + counts.delayed,
        processing: counts.active,
        completed: counts.completed,
        failed: counts.failed,
        byPriority: { high, normal, low },
      };
    },
    process: (run, { concurrency }) =>
      queues.consume(
        job,
        ({ payload, attempt, signal }) =>
          run({
            id: payload.id,
            name: payload.name,
            context: payload.context,
            attempt,
            isLast: attempt > payload.retries,
            signal,
          }),
        { concurrency },
      ),
  };
}

function statusOf(id: string, found: JobStatus, job: JobDefinition<StoredTask>): TaskStatus | undefined {
  const stored = job.schema.safeParse(found.payload);
  if (!stored.success) return undefined;
  return {
    id,
    name: stored.data.name,
    state: stateOf(found.state),
    priority: taskPriorities.find((priority) => taskUrgencies[priority] === found.urgency) ?? 'low',
    attempts: found.attemptsStarted,
    addedAt: found.addedAt,
    startedAt: found.startedAt ?? null,
    finishedAt: found.finishedAt ?? null,
    error: found.error ?? null,
  };
}

function stateOf(state: JobStatus['state']): TaskState {
  switch (state) {
    case 'waiting':
    case 'delayed':
      return 'pending';
    case 'active':
      return 'processing';
    case 'completed':
    case 'failed':
      return state;
    default:
      return state satisfies never;
  }
}
