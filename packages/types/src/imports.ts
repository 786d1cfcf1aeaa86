import { z } from 'zod';
import { publicId } from './ids.ts';
import { countryCode } from './tenants.ts';

export const importStatus = z.enum(['uploaded', 'queued', 'running', 'completed', 'failed', 'cancelled']);
export type ImportStatus = z.infer<typeof importStatus>;

/** What a column of the file becomes. `attribute` keeps it under the given key. */
export const columnTarget = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('phone') }),
  z.strictObject({ to: z.literal('name') }),
  z.strictObject({ to: z.literal('tags') }),
  z.strictObject({ to: z.literal('attribute'), key: z.string().trim().min(1).max(64) }),
  z.strictObject({ to: z.literal('ignore') }),
]);
export type ColumnTarget = z.infer<typeof columnTarget>;

/** What the file turned out to be, and its first rows as read. */
export const detectedFile = z.object({
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']),
  delimiter: z.enum([',', ';', '\t', '|']),
  columns: z.array(z.string()),
  preview: z.array(z.array(z.string())),
  suggested: z.array(columnTarget),
});
export type DetectedFile = z.infer<typeof detectedFile>;

export const importJob = z.object({
  id: publicId('import'),
  filename: z.string(),
  size_bytes: z.number().int(),
  status: importStatus,
  detected: detectedFile,
  mapping: z.array(columnTarget).nullable(),
  tags: z.array(z.string()),
  progress: z.object({
    bytes_read: z.number().int(),
    rows_read: z.number().int(),
    created: z.number().int(),
    updated: z.number().int(),
    unchanged: z.number().int(),
    duplicates: z.number().int(),
    invalid: z.number().int(),
  }),
  error: z.object({ code: z.string(), detail: z.string().nullable() }).nullable(),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  finished_at: z.iso.datetime().nullable(),
});
export type ImportJob = z.infer<typeof importJob>;

/** `POST /imports/:id/preview`: how rows would look under this mapping. */
export const importMapping = z.strictObject({
  mapping: z.array(columnTarget).min(1).max(200),
  tags: z.array(z.string().trim().min(1).max(64)).max(20).default([]),
  country: countryCode.optional(),
  consent_source: z.string().trim().max(120).optional(),
});
export type ImportMapping = z.infer<typeof importMapping>;

export const mappedPreview = z.object({
  rows: z.array(
    z.object({
      row: z.number().int(),
      phone: z.string().nullable(),
      name: z.string().nullable(),
      tags: z.array(z.string()),
      attributes: z.record(z.string(), z.string()),
      error: z.string().nullable(),
    }),
  ),
});
export type MappedPreview = z.infer<typeof mappedPreview>;

/** Why one row of a file was not imported. */
export const rowErrorCode = z.enum([
  'phone_missing',
  'phone_invalid',
  'phone_scientific',
  'phone_ambiguous',
  'phone_not_mobile',
  'too_few_columns',
  'too_many_columns',
  'field_too_large',
  'invalid_characters',
  'broken_quotes',
]);
export type RowErrorCode = z.infer<typeof rowErrorCode>;
