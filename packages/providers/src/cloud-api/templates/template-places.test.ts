import { expect, it } from 'vitest';
import type { CloudTemplate } from './list-templates.ts';
import { templatePlaces } from './template-places.ts';

const template = (components: CloudTemplate['components']): CloudTemplate => ({
  id: '1',
  name: 'a',
  language: 'pt_BR',
  status: 'APPROVED',
  category: 'MARKETING',
  usesNames: false,
  components,
});

it('finds the places of head, body and buttons, in the order of their values', () => {
  const places = templatePlaces(
    template([
      { type: 'HEADER', format: 'TEXT', text: 'Act fast, {{1}}!' },
      { type: 'BODY', text: 'Code {{2}} for {{1}}, again {{2}}' },
      { type: 'FOOTER', text: 'No {{1}} here' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Stop' },
          { type: 'URL', text: 'See', url: 'https://example.com/{{1}}' },
          { type: 'URL', text: 'Fixed', url: 'https://example.com' },
          { type: 'COPY_CODE', text: 'Copy' },
        ],
      },
    ]),
  );
  expect(places).toEqual({
    header: { kind: 'text', places: ['1'] },
    body: ['1', '2'],
    buttons: [
      { index: 1, kind: 'url', text: 'See' },
      { index: 3, kind: 'copy_code', text: 'Copy' },
    ],
  });
});

it('keeps names in the order of the text, and knows a head that is a file', () => {
  expect(
    templatePlaces(
      template([
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: '{{name}}, on {{day}} at {{time}}, {{name}}' },
      ]),
    ),
  ).toEqual({ header: { kind: 'image' }, body: ['name', 'day', 'time'], buttons: [] });
});

it('finds nothing in a template without places, or of a shape nobody knows', () => {
  const nothing = { body: [], buttons: [] };
  expect(templatePlaces(template([]))).toEqual(nothing);
  expect(templatePlaces(template([{ type: 'BODY' }, { type: 'BUTTONS', buttons: 'none' }]))).toEqual(nothing);
});
