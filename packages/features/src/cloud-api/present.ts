import { type CloudTemplate, templatePlaces } from '@zaphub/providers';
import type { NetworkTemplate } from '@zaphub/types';
import type { NetworkTemplateRow } from './queries.ts';

/** A template of the network as the api shows it. */
export function presentNetworkTemplate(row: NetworkTemplateRow): NetworkTemplate {
  const { header, body, buttons } = templatePlaces(cloudTemplateOf(row));
  return {
    id: row.network_id,
    name: row.name,
    language: row.language,
    status: row.status,
    category: row.category,
    quality: row.quality,
    rejected_reason: row.rejected_reason,
    body: bodyTextOf(row),
    places: {
      header:
        header === undefined ? null : 'places' in header ? { ...header, places: [...header.places] } : header,
      body: [...body],
      buttons: buttons.map((button) => ({ ...button })),
    },
    changed_at: row.changed_at.toISOString(),
  };
}

/** The text of its body, with its places. */
export function bodyTextOf({ components }: Pick<NetworkTemplateRow, 'components'>): string {
  const body = components.find((one) => one.type.toUpperCase() === 'BODY');
  return typeof body?.['text'] === 'string' ? body['text'] : '';
}

/** A stored template in the provider's terms. */
export function cloudTemplateOf(row: NetworkTemplateRow): CloudTemplate {
  return {
    id: row.network_id,
    name: row.name,
    language: row.language,
    status: row.status,
    category: row.category,
    usesNames: row.uses_names,
    components: row.components,
  };
}
