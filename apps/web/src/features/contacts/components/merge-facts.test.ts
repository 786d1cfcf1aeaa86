import type { ContactMergePreview } from '@zaphub/types';
import { toPublicId } from '@zaphub/types';
import { createInstance } from 'i18next';
import { expect, test } from 'vitest';
import { messages } from '#i18n/en/index.ts';
import { createFormat } from '#lib/format.ts';
import { mergeFacts } from './merge-facts.ts';

const id = toPublicId('contact', '00000000-0000-7000-8000-000000000001');
const side = { id, name: 'Bia', phone: '+5511987654321', opted_out: false };
const nothing: ContactMergePreview = {
  kept: side,
  merged: side,
  result: side,
  further_numbers: [],
  tags_added: [],
  fields_added: [],
  fields_kept: [],
  conversations_moved: 0,
  conversations_folded: 0,
  campaigns_shared: 0,
};
const facts = async (preview: Partial<ContactMergePreview>) => {
  const i18n = createInstance();
  await i18n.init({
    lng: 'en',
    resources: { en: { translation: messages } },
    interpolation: { escapeValue: false },
  });
  return mergeFacts(i18n.t, createFormat('en'), { ...nothing, ...preview });
};

test('a merge of two who have nothing more says only how the person is shown', async () => {
  expect(await facts({})).toEqual(['The person is shown as Bia.']);
});

test('everything that changes hands is said, a number that is taken as well as one that stays known', async () => {
  const kept = { ...side, phone: null };
  expect(await facts({ kept })).toContain('The number +55 11 98765-4321 becomes theirs.');
  const said = await facts({
    merged: { ...side, opted_out: true },
    result: { ...side, opted_out: true },
    further_numbers: ['+5521987654321'],
    tags_added: ['vip', 'sul'],
    conversations_folded: 1,
    campaigns_shared: 2,
  });
  expect(said.join(' ')).toMatch(
    /\+55 21 98765-4321 stays known.*opted out.*vip and sul.*1 conversation is joined.*2 campaigns/,
  );
});
