import type { Database, TenantScope } from '@zaphub/db';
import { AppError, fromPublicId, toPublicId } from '@zaphub/types';
import type { TemplatePreview, TemplatePreviewInput } from '@zaphub/types';
import { compileTemplate } from '../compile-template.ts';
import { findSampleContact } from '../queries.ts';
import type { SampleContactRow } from '../queries.ts';
import type { TemplateContact } from '../template-values.ts';

/**
 * Writes a body to a sample contact: the named one, else the newest, else somebody made up. A body that is not
 * a template yet is an expected outcome: it comes back in `error`.
 * @throws AppError `not_found` when the named contact is not this tenant's
 */
export async function previewTemplate(
  deps: { db: Database },
  scope: TenantScope,
  input: TemplatePreviewInput,
): Promise<TemplatePreview> {
  const contactId = input.contact_id === undefined ? undefined : fromPublicId('contact', input.contact_id);
  const found = await deps.db.tenant(scope, (tx) => findSampleContact(scope, tx, contactId));
  if (contactId !== undefined && !found) throw new AppError('not_found', 'no such contact');
  const contact = found ? presentContact(found) : null;
  try {
    const compiled = compileTemplate(input.body);
    const rendered = compiled.render(found ?? madeUp(compiled.variables));
    if (rendered.problem) return failed(contact, rendered.problem, null, compiled.variables);
    return {
      text: rendered.text,
      variables: compiled.variables,
      missing: rendered.missing,
      contact,
      error: null,
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'template_invalid') throw error;
    const line = error.details?.['line'];
    return failed(contact, String(error.details?.['problem']), typeof line === 'number' ? line : null, []);
  }
}

function failed(
  contact: TemplatePreview['contact'],
  problem: string,
  line: number | null,
  variables: string[],
): TemplatePreview {
  return {
    text: '',
    variables,
    missing: [],
    contact,
    error: { code: 'template_invalid', detail: problem, line },
  };
}

function presentContact(row: SampleContactRow): TemplatePreview['contact'] {
  return { id: toPublicId('contact', row.id), name: row.name, phone: row.phone };
}

/** Somebody to write to while there are no contacts: every variable has its own name as value. */
function madeUp(variables: string[]): TemplateContact {
  const attributes = Object.fromEntries(
    variables.filter((variable) => variable !== 'first_name').map((variable) => [variable, `[${variable}]`]),
  );
  return { name: 'Maria Souza', phone: '+5511987654321', attributes };
}
