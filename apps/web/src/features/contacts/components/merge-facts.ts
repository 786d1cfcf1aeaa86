import type { ContactMergePreview } from '@zaphub/types';
import type { TFunction } from 'i18next';
import { type Format, formatPhone } from '#lib/format.ts';
import { contactName } from './contact-name.ts';

/** What becomes of what, one sentence each; only what there is something to say about. */
export function mergeFacts(
  t: TFunction,
  format: Pick<Format, 'list'>,
  preview: ContactMergePreview,
): readonly string[] {
  const { kept, merged, result } = preview;
  const facts: (string | false)[] = [
    t('contacts.merge.fact.shown', { name: contactName(t, result) }),
    kept.phone === null &&
      result.phone !== null &&
      t('contacts.merge.fact.takesNumber', { phone: formatPhone(result.phone) }),
    preview.further_numbers.length > 0 &&
      t('contacts.merge.fact.furtherNumber', {
        phone: format.list(preview.further_numbers.map(formatPhone)),
      }),
    result.opted_out &&
      t(kept.opted_out && merged.opted_out ? 'contacts.merge.fact.bothOut' : 'contacts.merge.fact.optedOut'),
    preview.tags_added.length > 0 && t('contacts.merge.fact.tags', { tags: format.list(preview.tags_added) }),
    preview.fields_added.length > 0 &&
      t('contacts.merge.fact.fields', { fields: format.list(preview.fields_added) }),
    preview.fields_kept.length > 0 &&
      t('contacts.merge.fact.fieldsKept', { fields: format.list(preview.fields_kept) }),
    preview.conversations_moved > 0 && t('contacts.merge.fact.moved', { count: preview.conversations_moved }),
    preview.conversations_folded > 0 &&
      t('contacts.merge.fact.folded', { count: preview.conversations_folded }),
    preview.campaigns_shared > 0 && t('contacts.merge.fact.campaigns', { count: preview.campaigns_shared }),
  ];
  return facts.filter((fact) => fact !== false);
}
