import { uniqueViolation } from '@zaphub/db';
import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { TemplateInput } from '@zaphub/types';
import { compileTemplate } from '../compile-template.ts';
import { insertTemplate, saveTemplate } from '../queries.ts';
import type { TemplateRow } from '../queries.ts';

/**
 * Stores a new template that can be sent.
 * @throws AppError `template_invalid`, `name_taken`
 */
export async function createTemplate(
  deps: { db: Database },
  scope: TenantScope,
  input: TemplateInput,
): Promise<TemplateRow> {
  compileTemplate(input.body);
  return withNameCheck(input.name, () => deps.db.tenant(scope, (tx) => insertTemplate(scope, tx, input)));
}

/**
 * Replaces a template. Campaigns that were made from it keep their own text.
 * @throws AppError `template_invalid`, `name_taken`, `not_found`
 */
export async function updateTemplate(
  deps: { db: Database },
  scope: TenantScope,
  input: TemplateInput & { templateId: string },
): Promise<TemplateRow> {
  compileTemplate(input.body);
  const saved = await withNameCheck(input.name, () =>
    deps.db.tenant(scope, (tx) => saveTemplate(scope, tx, input.templateId, input)),
  );
  if (!saved) throw new AppError('not_found', 'no such template');
  return saved;
}

async function withNameCheck<T>(name: string, save: () => Promise<T>): Promise<T> {
  try {
    return await save();
  } catch (error) {
    if (uniqueViolation(error) !== 'templates_name') throw error;
    throw new AppError('name_taken', 'a template with this name exists', {
      publicMessage: {
        en: `There is already a template called "${name}". Choose another name.`,
        'pt-BR': `Já existe um modelo chamado "${name}". Escolha outro nome.`,
      },
      cause: error,
    });
  }
}
