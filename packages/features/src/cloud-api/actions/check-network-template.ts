import type { TenantScope, Tx } from '@zaphub/db';
import { templatePlaces } from '@zaphub/providers';
import type { LocalText, NetworkTemplateUse } from '@zaphub/types';
import { AppError } from '@zaphub/types';
import { compileTemplate } from '../../templates/index.ts';
import { compileNetworkTemplate } from '../compile-network-template.ts';
import { bodyTextOf, cloudTemplateOf } from '../present.ts';
import { findNetworkTemplate, type NetworkTemplateRow } from '../queries.ts';

const words = {
  kind: {
    en: 'Only numbers of the WhatsApp Cloud API have templates of their own.',
    'pt-BR': 'Só números da Cloud API do WhatsApp têm modelos próprios.',
  },
  unknown: {
    en: 'This number has no template of that name in that language. Read its templates again.',
    'pt-BR': 'Este número não tem um modelo com esse nome nesse idioma. Leia os modelos de novo.',
  },
  unapproved: {
    en: 'WhatsApp has not approved this template, or holds it back for now.',
    'pt-BR': 'O WhatsApp não aprovou este modelo ou o suspendeu por enquanto.',
  },
  places: {
    en: 'The values do not fit the template’s places.',
    'pt-BR': 'Os valores não correspondem aos campos do modelo.',
  },
} as const satisfies Record<string, LocalText>;

/**
 * Checks how a campaign wants to use a template of its number's network, and answers the text that people will read:
 * the template's, with our variables in its places.
 *
 * @throws AppError `bad_request` with public words; `template_invalid` for a place that cannot be compiled
 */
export async function checkNetworkTemplate(
  scope: TenantScope,
  tx: Tx,
  input: {
    readonly connection: { readonly id: string; readonly provider: string };
    readonly use: NetworkTemplateUse;
  },
): Promise<{ readonly preview: string }> {
  const { connection, use } = input;
  if (connection.provider !== 'cloud-api') throw refused('kind');
  const row = await findNetworkTemplate(scope, tx, { connectionId: connection.id, ...use });
  if (row === undefined) throw refused('unknown');
  if (row.status !== 'APPROVED') throw refused('unapproved');
  if (!fits(row, use)) throw refused('places');
  const preview = previewOf(row, use);
  compileNetworkTemplate(use, { preview, compile: compileTemplate });
  return { preview };
}

/** A value for every place, and none that has no place. */
function fits(row: NetworkTemplateRow, use: NetworkTemplateUse): boolean {
  const places = templatePlaces(cloudTemplateOf(row));
  const isBodyFilled = row.uses_names
    ? sameSet(
        places.body,
        use.body.map(({ name }) => name ?? ''),
      )
    : places.body.length === use.body.length && use.body.every(({ name }) => name === undefined);
  const isHeaderFilled =
    places.header?.kind === use.header?.kind &&
    (places.header?.kind !== 'text' ||
      (use.header?.kind === 'text' && places.header.places.length === use.header.values.length));
  const buttonOf = ({ index, kind }: { readonly index: number; readonly kind: string }): string =>
    `${index} ${kind}`;
  return isBodyFilled && isHeaderFilled && sameSet(places.buttons.map(buttonOf), use.buttons.map(buttonOf));
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set([...one, ...other]).size === one.length;
}

function previewOf(row: NetworkTemplateRow, use: NetworkTemplateUse): string {
  const text = bodyTextOf(row).replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (place, name: string) => {
    const value = row.uses_names ? use.body.find((one) => one.name === name) : use.body[Number(name) - 1];
    return value?.text ?? place;
  });
  return text.trim() === '' ? row.name : text;
}

function refused(why: keyof typeof words): AppError {
  return new AppError('bad_request', `the network's template cannot be used: ${why}`, {
    publicMessage: words[why],
  });
}
