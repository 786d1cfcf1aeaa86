import { toPublicId } from '@zaphub/types';
import type { Template } from '@zaphub/types';
import { compileTemplate } from './compile-template.ts';
import type { TemplateRow } from './queries.ts';

/** A template as the api shows it. */
export function presentTemplate(row: TemplateRow): Template {
  return {
    id: toPublicId('template', row.id),
    name: row.name,
    body: row.body,
    // A stored body compiled when it was saved.
    variables: compileTemplate(row.body).variables,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
