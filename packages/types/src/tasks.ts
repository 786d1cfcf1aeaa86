import { z } from 'zod';
import { publicId } from './ids.ts';

/** Everything that is done as a task, as the API shows it. */
export const taskName = z.enum(['campaign.recount', 'tenant.export', 'tenant.delete']);
export type TaskName = z.infer<typeof taskName>;

/** `GET /tasks/:id`: long work that somebody asked for. */
export const task = z.object({
  id: publicId('task'),
  name: taskName,
  state: z.enum(['pending', 'processing', 'completed', 'failed']),
  priority: z.enum(['high', 'normal', 'low']),
  /** Tries that were begun. */
  attempts: z.number().int(),
  /** `total` is null while nobody knows it. */
  progress: z.object({ done: z.number().int(), total: z.number().int().nullable() }),
  /** Numbers about what was done, by name; null before the end. */
  result: z.record(z.string(), z.unknown()).nullable(),
  /** The code of what the last try failed with. */
  error_code: z.string().nullable(),
  /** Is there a file at `/tasks/:id/file`? */
  has_file: z.boolean(),
  added_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  finished_at: z.iso.datetime().nullable(),
});
export type Task = z.infer<typeof task>;

/** `POST /tenant/deletion`: the tenant's name, typed to be sure. */
export const tenantDeletion = z.strictObject({ name: z.string().min(1).max(120) });
