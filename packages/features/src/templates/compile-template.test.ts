import { AppError } from '@zaphub/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileTemplate } from './compile-template.ts';
import { createLiquidEngine } from './liquid-engine.ts';
import type { TemplateContact } from './template-values.ts';

const maria: TemplateContact = {
  name: 'Maria Clara Souza',
  phone: '+5511987654321',
  attributes: { city: 'Recife', none: '' },
};

function details(body: string): Record<string, unknown> | undefined {
  try {
    compileTemplate(body);
  } catch (error) {
    if (error instanceof AppError && error.code === 'template_invalid') return error.details;
    throw error;
  }
  return undefined;
}

describe('rendering', () => {
  test('writes name, first name, phone and attributes', () => {
    const compiled = compileTemplate('{{ first_name }}|{{ name }}|{{ phone }}|{{ city }}');
    expect(compiled.variables).toEqual(['first_name', 'name', 'phone', 'city']);
    expect(compiled.render(maria)).toEqual({
      text: 'Maria|Maria Clara Souza|+5511987654321|Recife',
      missing: [],
    });
  });

  test('names what is missing, an empty attribute included', () => {
    const compiled = compileTemplate('{{ city }}{{ coupon }}{{ none }}');
    expect(compiled.render(maria)).toEqual({ text: 'Recife', missing: ['coupon', 'none'] });
  });

  test('a variable with a default is never missing', () => {
    const compiled = compileTemplate('Oi {{ coupon | default: "amigo" }}{{ none | upcase | default: "!" }}');
    expect(compiled.required).toEqual([]);
    expect(compiled.render(maria)).toEqual({ text: 'Oi amigo!', missing: [] });
  });

  test('a variable that a condition tests is never missing', () => {
    const compiled = compileTemplate('{% if coupon %}Use {{ coupon }}{% else %}Oi {{ name }}{% endif %}');
    expect(compiled.required).toEqual(['name']);
    expect(compiled.render({ ...maria, attributes: {} }).text).toBe('Oi Maria Clara Souza');
    expect(compiled.render({ ...maria, attributes: { coupon: 'X1' } }).text).toBe('Use X1');
  });

  test('an assigned name is not a variable of the contact', () => {
    const compiled = compileTemplate('{% assign loud = name | upcase %}{{ loud }}');
    expect(compiled.variables).toEqual(['name']);
    expect(compiled.render({ ...maria, name: null })).toEqual({ text: '', missing: ['name'] });
  });

  test('values are never read as template', () => {
    const hostile = { ...maria, name: '{{ phone }}{% include "x" %}' };
    expect(compileTemplate('{{ name }}').render(hostile).text).toBe('{{ phone }}{% include "x" %}');
    expect(compileTemplate('{{ name | append: "" }}').render(hostile).text).toBe(
      '{{ phone }}{% include "x" %}',
    );
  });

  test('an attribute that is named like a built-in of JavaScript stays out of reach', () => {
    const scope = JSON.parse('{"__proto__":"owned"}') as Record<string, string>;
    expect(compileTemplate('{{ name }}').render({ ...maria, attributes: scope }).text).toBe(maria.name);
  });

  test('a text that grows over the limit has no text', () => {
    const long = { ...maria, name: 'x'.repeat(3000) };
    expect(compileTemplate('{{ name }}{{ name }}').render(long)).toEqual({
      text: '',
      missing: [],
      problem: 'too_long',
    });
    expect(compileTemplate('{{ name | append: name }}').render(long).problem).toBe('too_long');
  });

  test('values that make a filter give up do not throw', () => {
    const compiled = compileTemplate('{{ city | split: "" | join: "-" | replace: "x", name }}');
    const rendered = compiled.render({
      ...maria,
      name: 'y'.repeat(9000),
      attributes: { city: 'x'.repeat(40_000) },
    });
    expect(rendered.problem).toBe('too_much_work');
  });
});

describe('refused bodies', () => {
  test.each([
    ['{{ constructor }}', 'forbidden_name', 1],
    ['\n{{ name.__proto__ }}', 'forbidden_name', 2],
    ['{{ name["constructor"] }}', 'forbidden_name', 1],
    ['a\nb\n{{ name', 'not_closed', 3],
    ['{% if name %}x', 'not_closed', 1],
    ['ok\n{% include "secret" %}', 'unknown_tag', 2],
    ['{% render "secret" %}', 'unknown_tag', 1],
    ['{% layout "secret" %}', 'unknown_tag', 1],
    ['{{ name | where_exp: "x", name }}', 'unknown_filter', 1],
    ['{{ name | nope }}', 'unknown_filter', 1],
    ['{% for i in (1..1000000000) %}x{% endfor %}', 'too_much_work', 1],
    ['{% for i in name %}{% for j in name %}x{% endfor %}{% endfor %}', 'nested_loop', 1],
    [' \n ', 'blank', 1],
    ['x'.repeat(4097), 'too_long', null],
    ['ok\n\u0000', 'control_character', 2],
    ['\ud800', 'control_character', 1],
    ['{{ name | }}{{ }}{% %}', 'syntax', 1],
  ])('%j is %s on line %s', (body, problem, line) => {
    expect(details(body)).toMatchObject({ problem, line });
  });

  test('any text either compiles or is refused as invalid', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      ' name ',
      '|',
      '"',
      'if',
      'endif',
      'for',
      ' in ',
      'x',
      '\n',
      '.',
      '[',
      ']',
      ':',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (words) => {
        const body = words.join('');
        const refused = details(body);
        if (refused) expect(refused['problem']).toBeTypeOf('string');
        else expect(compileTemplate(body).render(maria).text).toBeTypeOf('string');
      }),
      { numRuns: 500 },
    );
  });
});

describe('the fast path', () => {
  const variable = fc.constantFrom(
    'name',
    'first_name',
    'phone',
    'city',
    'coupon',
    'size',
    'first',
    'ação',
    'a-b',
  );
  const filter = fc.constantFrom(
    '',
    ' | default: "x y"',
    " | default: 'ç'",
    ' | default: "a\\"b"',
    ' | default: 7',
    ' | upcase',
  );
  const output = fc
    .tuple(variable, filter, fc.constantFrom('{{ # }}', '{{-# -}}', '{{#}}'))
    .map(([name, tail, shape]) => shape.replace('#', name + tail));
  const fixed = fc.constantFrom('Olá ', '\n', '  ', '}} ', '"', '🙂', '|');
  const body = fc
    .array(fc.oneof(output, fixed), { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join(''));
  const text = fc.option(
    fc.oneof(fc.string(), fc.constantFrom('', ' ', '{{ phone }}', 'José  Silva', '\tAna')),
    { nil: null },
  );
  const contact = fc.record({
    name: text,
    phone: text,
    attributes: fc.dictionary(
      fc.constantFrom('city', 'coupon', 'size', 'first', 'ação', 'a-b', 'first_name'),
      fc.string(),
    ),
  });

  test('writes what the Liquid engine writes', () => {
    const engine = createLiquidEngine(1000);
    fc.assert(
      fc.property(body, contact, (source, person) => {
        fc.pre(source.trim() !== '');
        const scope = {
          ...Object.fromEntries(Object.entries(person.attributes).filter(([, value]) => value !== '')),
          first_name: person.attributes['first_name'] || (person.name?.match(/[^ \t\r\n]+/)?.[0] ?? null),
          name: person.name || null,
          phone: person.phone || null,
        };
        const absent = { city: null, coupon: null, size: null, first: null, ação: null, 'a-b': null };
        const expected: unknown = engine.renderSync(engine.parse(source), { ...absent, ...scope });
        expect(compileTemplate(source).render(person).text).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
