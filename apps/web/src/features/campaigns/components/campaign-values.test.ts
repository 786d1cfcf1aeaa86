import { type NetworkTemplate, toPublicId } from '@zaphub/types';
import { expect, test } from 'vitest';
import { type CampaignValues, campaignValues, inputOf } from './campaign-values.ts';

const uuid = '01920000-0000-7000-8000-000000000001';
const values: CampaignValues = {
  name: 'June',
  senderId: '',
  content: 'own',
  templateId: toPublicId('template', uuid),
  network: null,
  audience: 'all',
  tag: '',
  speed: 'fast',
  rate: 5,
  unknownPolicy: 'at_most_once',
};
const template: NetworkTemplate = {
  id: '1',
  name: 'offer',
  language: 'en',
  status: 'APPROVED',
  category: 'UTILITY',
  quality: null,
  rejected_reason: null,
  body: 'Hi {{1}}',
  places: { header: null, body: ['1'], buttons: [] },
  changed_at: '2026-11-22T00:00:00.000Z',
};

test('a number or a pool sends it, and the first number when none is named', () => {
  expect(inputOf(values)).not.toHaveProperty('connection_id');
  const number = toPublicId('connection', uuid);
  expect(inputOf({ ...values, senderId: number })).toMatchObject({ connection_id: number });
  const pool = toPublicId('sender_pool', uuid);
  expect(inputOf({ ...values, senderId: pool })).toMatchObject({ sender_pool_id: pool });
});

test('a template of the network takes the place of ours once its places are filled', () => {
  const network: CampaignValues = { ...values, content: 'network', network: { template, texts: {} } };
  expect(inputOf(network)).toBeUndefined();
  const input = inputOf({ ...network, network: { template, texts: { body0: '{{ name }}' } } });
  expect(input).toMatchObject({ network_template: { name: 'offer', body: [{ text: '{{ name }}' }] } });
  expect(input).not.toHaveProperty('template_id');
});

test('each thing that is missing is said in its place', () => {
  const placesOf = (changed: Partial<CampaignValues>): string[] =>
    (campaignValues.safeParse({ ...values, ...changed }).error?.issues ?? []).map(({ path }) =>
      path.join('.'),
    );
  expect(placesOf({})).toEqual([]);
  expect(placesOf({ templateId: '', name: '' })).toEqual(['name', 'templateId']);
  expect(placesOf({ content: 'network' })).toEqual(['network']);
  expect(placesOf({ content: 'network', network: { template, texts: { body0: ' ' } } })).toEqual([
    'network.texts.body0',
  ]);
});
