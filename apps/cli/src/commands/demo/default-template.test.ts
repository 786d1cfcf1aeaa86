import { compileTemplate } from '@zaphub/features';
import { expect, test } from 'vitest';
import { defaultTemplate, localeOf } from './default-template.ts';

test.each([
  ['BR', /^Olá, Ana!/, /^Olá, tudo bem!/],
  ['MX', /^¡Hola, Ana!/, /^¡Hola, qué tal!/],
  ['US', /^Hi Ana!/, /^Hi there!/],
])('the text for %s greets everybody, with a name or without', (country, named, unnamed) => {
  const template = compileTemplate(defaultTemplate(country));
  const contact = { name: 'Ana Lima', phone: '+5511987654321', attributes: {} };
  expect(template.required).toEqual([]);
  expect(template.render(contact).text).toMatch(named);
  expect(template.render({ ...contact, name: null }).text).toMatch(unnamed);
});

test('reports are in Portuguese where it is spoken and in English elsewhere', () => {
  expect([localeOf('BR'), localeOf('PT'), localeOf('MX'), localeOf('US')]).toEqual([
    'pt-BR',
    'pt-BR',
    'en',
    'en',
  ]);
});
