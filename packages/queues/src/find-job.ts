import type { JobDefinition } from './define-job.ts';
import {
  campaignCancel,
  campaignPrepare,
  importRun,
  maintenanceCleanup,
  messageReceive,
  messageSend,
  messageStatus,
  reportBuild,
  sessionClose,
  sessionInit,
  taskRun,
  templatesSync,
  webhookDelivery,
} from './jobs.ts';

const untypedJobs: readonly JobDefinition<unknown>[] = [
  untyped(sessionInit),
  untyped(sessionClose),
  untyped(messageReceive),
  untyped(messageStatus),
  untyped(messageSend),
  untyped(campaignPrepare),
  untyped(campaignCancel),
  untyped(importRun),
  untyped(reportBuild),
  untyped(templatesSync),
  untyped(webhookDelivery),
  untyped(maintenanceCleanup),
  untyped(taskRun),
];

/**
 * The definition of a job whose name was stored, such as in the outbox, or `undefined` when there is none (any
 * more). The payload's type is unknown here; `add` still checks it against the schema.
 */
export function findJob(name: string): JobDefinition<unknown> | undefined {
  return untypedJobs.find((job) => job.name === name);
}

function untyped<Payload>(job: JobDefinition<Payload>): JobDefinition<unknown> {
  const { deduplicate, id, attemptsFor, urgencyFor, ...rest } = job;
  return {
    ...rest,
    deduplicate: deduplicate && ((payload) => deduplicate(job.schema.parse(payload))),
    id: id && ((payload) => id(job.schema.parse(payload))),
    attemptsFor: attemptsFor && ((payload) => attemptsFor(job.schema.parse(payload))),
    urgencyFor: urgencyFor && ((payload, failed) => urgencyFor(job.schema.parse(payload), failed)),
  };
}
