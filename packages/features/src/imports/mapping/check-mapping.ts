import { AppError } from '@zaphub/types';
import type { ColumnTarget, LocalText } from '@zaphub/types';
import { isUnsafeKey } from './unsafe-key.ts';

/**
 * Refuses a mapping that the file cannot be read with.
 *
 * @throws AppError `mapping_invalid`
 */
export function checkMapping(mapping: readonly ColumnTarget[], columns: number): void {
  if (mapping.length !== columns) {
    throw invalid({
      en: `The file has ${columns} columns, the mapping names ${mapping.length}.`,
      'pt-BR': `O arquivo tem ${columns} colunas, o mapeamento cita ${mapping.length}.`,
    });
  }
  const count = (to: ColumnTarget['to']): number => mapping.filter((target) => target.to === to).length;
  if (count('phone') !== 1) {
    throw invalid({
      en: 'Exactly one column must be the phone.',
      'pt-BR': 'Exatamente uma coluna deve ser o telefone.',
    });
  }
  if (count('name') > 1) {
    throw invalid({ en: 'Only one column can be the name.', 'pt-BR': 'Só uma coluna pode ser o nome.' });
  }
  if (count('tags') > 1) {
    throw invalid({ en: 'Only one column can hold tags.', 'pt-BR': 'Só uma coluna pode ter etiquetas.' });
  }
  const keys = mapping.flatMap((target) => (target.to === 'attribute' ? [target.key] : []));
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  if (repeated !== undefined) {
    throw invalid({
      en: `Two columns are called "${repeated}".`,
      'pt-BR': `Duas colunas se chamam "${repeated}".`,
    });
  }
  const unsafe = keys.find((key) => isUnsafeKey(key) || key.includes('\0') || !key.isWellFormed());
  if (unsafe !== undefined) {
    throw invalid({
      en: `A field cannot be called "${unsafe}".`,
      'pt-BR': `Um campo não pode se chamar "${unsafe}".`,
    });
  }
}

function invalid(publicMessage: LocalText): AppError {
  return new AppError('mapping_invalid', publicMessage.en, { publicMessage });
}
