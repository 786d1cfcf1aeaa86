import { AppError } from '@zaphub/types';
import { z } from 'zod';

const settings = z.object({
  /** `http://user:password@host:port`: the session and its files go through it. */
  proxy: z.url({ protocol: /^https?$/ }).optional(),
});

/** What a tenant may set for one number. */
export type BaileysSettings = z.infer<typeof settings>;

/** @throws AppError `invalid_body` */
export function readSettings(given: Readonly<Record<string, unknown>>): BaileysSettings {
  const read = settings.safeParse(given);
  if (read.success) return read.data;
  throw new AppError('invalid_body', z.prettifyError(read.error));
}
