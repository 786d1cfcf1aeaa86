import { createQueues, type FailedJob, type QueueAdmin, type QueueMetrics } from '@zaphub/queues';
import { silentLogger } from '@zaphub/telemetry';
import type { CommandContext, RunCommand } from '../../command.ts';
import { parseConfig } from '../../config.ts';
import type { Language } from '../../language.ts';
import { createProgressLines } from '../../progress-lines.ts';
import { openServices } from '../../services/open-services.ts';
import { type QueuesArguments, readArguments } from './read-arguments.ts';
import { texts } from './texts.ts';

/**
 * `zaphub queues`: how full the queues are, what failed in them, and pause, resume, clean, drain, retry. Works on the
 * queues of an installation that runs, on Postgres or Redis. `--json` prints one line for machines.
 */
export const queues: RunCommand = async (context) => {
  const { env, language, signal, print, tell } = context;
  const given = readArguments(context.args);
  const config = parseConfig(env);
  const progress = createProgressLines(tell);
  const services = await openServices(config, { language, progress, signal, attach: true });
  try {
    const opened = await createQueues({
      backend:
        config.redisUrl === undefined
          ? { kind: 'postgres', connectionString: services.urls.system }
          : { kind: 'redis', url: config.redisUrl },
      logger: silentLogger,
    });
    progress.done();
    try {
      const { result, lines } = await act(opened.admin, given, context);
      if (given.isJson) print(JSON.stringify(result));
      else for (const line of lines) print(line);
    } finally {
      await opened.close();
    }
  } finally {
    await services.close();
  }
  return 0;
};

interface Done {
  /** For machines. */
  readonly result: unknown;
  /** For people. */
  readonly lines: readonly string[];
}

async function act(
  admin: QueueAdmin,
  given: QueuesArguments,
  { language }: Pick<CommandContext, 'language'>,
): Promise<Done> {
  const { action, queue } = given;
  const name = queue ?? texts.everyQueue[language];
  switch (action) {
    case 'list': {
      const all = queue === undefined ? await admin.allMetrics() : [await admin.metrics(queue)];
      return { result: all, lines: table(all, language) };
    }
    case 'failed': {
      const failed = await admin.failedJobs(queue ?? '', given.limit);
      return {
        result: failed,
        lines: failed.length === 0 ? [texts.nothingFailed[language]] : failed.map(failedLine),
      };
    }
    case 'pause':
      await (queue === undefined ? admin.pauseAll() : admin.pause(queue));
      return { result: { paused: queue ?? 'all' }, lines: [texts.didPause(name)[language]] };
    case 'resume':
      await (queue === undefined ? admin.resumeAll() : admin.resume(queue));
      return { result: { resumed: queue ?? 'all' }, lines: [texts.didResume(name)[language]] };
    case 'clean': {
      const { state, olderThanMs } = given;
      const cleaned = await (queue === undefined
        ? admin.cleanOld(olderThanMs)
        : admin.clean(queue, { state, olderThanMs }));
      return { result: { cleaned }, lines: [texts.didClean(name, cleaned)[language]] };
    }
    case 'drain': {
      const drained = await admin.drain(queue ?? '', { withDelayed: given.withDelayed });
      return { result: { drained }, lines: [texts.didDrain(name, drained)[language]] };
    }
    case 'retry': {
      const retried = await admin.retryFailed(
        queue ?? '',
        given.jobId === undefined ? undefined : [given.jobId],
      );
      return { result: { retried }, lines: [texts.didRetry(name, retried)[language]] };
    }
    default:
      return action satisfies never;
  }
}

function table(all: readonly QueueMetrics[], language: Language): string[] {
  const rows = all.map((each) => [
    each.queue,
    ...[each.waiting, each.active, each.delayed, each.failed, each.completed].map(String),
    each.isPaused ? texts.paused[language] : '',
  ]);
  const cells = [[...texts.headings[language]], ...rows];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function failedLine({ id, failedAt, attemptsMade, error, payload }: FailedJob): string {
  return `${failedAt.toISOString()}  ${id}  ×${attemptsMade}  ${error}  ${JSON.stringify(payload)}`;
}
