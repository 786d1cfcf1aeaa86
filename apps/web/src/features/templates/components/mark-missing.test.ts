import { missingMark } from '#components/whatsapp/parse-formatting.ts';
import { expect, test } from 'vitest';
import { markMissing } from './mark-missing.ts';

test('marks each place of a variable without a value, and nothing else', () => {
  const body = 'Oi {{ name }}, {{city}} e {{- city | upcase -}} {% if city %}x{% endif %}';
  const mark = missingMark('city');
  expect(markMissing(body, ['city'])).toBe(`Oi {{ name }}, ${mark} e ${mark} {% if city %}x{% endif %}`);
});
