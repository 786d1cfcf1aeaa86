import { type NetworkTemplate, networkTemplateUse } from '@zaphub/types';
import { expect, test } from 'vitest';
import { emptyPlaces, filledBody, networkUseOf, placesOf } from './template-places.ts';

const offer: NetworkTemplate = {
  id: '1',
  name: 'offer',
  language: 'pt_BR',
  status: 'APPROVED',
  category: 'MARKETING',
  quality: null,
  rejected_reason: null,
  body: 'Olá {{1}}, cupom {{2}}.',
  places: {
    header: { kind: 'document' },
    body: ['1', '2'],
    buttons: [{ index: 1, kind: 'url', text: 'Ver oferta' }],
  },
  changed_at: '2026-11-22T00:00:00.000Z',
};
const texts = {
  link: 'https://example.com/a.pdf',
  body0: ' {{ name }} ',
  body1: '{{ coupon }}',
  button1: 'x',
};

test('a file’s name is the only place that may stay empty', () => {
  expect(placesOf(offer).map(({ key }) => key)).toEqual(['link', 'filename', 'body0', 'body1', 'button1']);
  expect(emptyPlaces(offer, {})).toEqual(['link', 'body0', 'body1', 'button1']);
  expect(emptyPlaces(offer, texts)).toEqual([]);
});

test('what is filled in is what the API takes', () => {
  const use = networkUseOf(offer, texts);
  expect(use).toEqual({
    name: 'offer',
    language: 'pt_BR',
    header: { kind: 'document', link: 'https://example.com/a.pdf' },
    body: [{ text: '{{ name }}' }, { text: '{{ coupon }}' }],
    buttons: [{ index: 1, kind: 'url', text: 'x' }],
  });
  expect(networkTemplateUse.safeParse(use).success).toBe(true);
});

test('places with names keep them, and a text is shown with what is known', () => {
  const named = {
    ...offer,
    body: 'Hi {{first_name}}, {{offer}}',
    places: { header: { kind: 'text' as const, places: ['1'] }, body: ['first_name', 'offer'], buttons: [] },
  };
  expect(networkUseOf(named, { header0: 'Sale', body0: '{{ name }}', body1: 'y' })).toMatchObject({
    header: { kind: 'text', values: ['Sale'] },
    body: [
      { name: 'first_name', text: '{{ name }}' },
      { name: 'offer', text: 'y' },
    ],
  });
  expect(filledBody(named, { body0: '{{ name }}' })).toBe('Hi {{ name }}, {{offer}}');
});
