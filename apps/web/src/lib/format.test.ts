import { describe, expect, test } from 'vitest';
import { createFormat, formatPhone } from './format.ts';

const en = createFormat('en');
const ptBR = createFormat('pt-BR');

describe('a share', () => {
  test('is not called all before it is, nor nothing once there is something', () => {
    expect(en.percent(0.99999)).toBe('99.9%');
    expect(en.percent(0.00001)).toBe('0.1%');
    expect(en.percent(1)).toBe('100%');
    expect(en.percent(0)).toBe('0%');
    expect(ptBR.percent(0.995)).toBe('99,5%');
  });
});

test('numbers are written as the language does', () => {
  expect(en.number(12_430)).toBe('12,430');
  expect(ptBR.number(12_430)).toBe('12.430');
});

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1 kB'],
  [12_340_000, '12.3 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(en.bytes(bytes)).toBe(text);
});

describe('what has happened', () => {
  const now = new Date('2026-11-21T12:00:00Z');

  test('is never in the future', () => {
    expect(en.ago('2026-11-21T12:00:20Z', now)).toBe('now');
    expect(en.ago('2026-11-21T11:59:58Z', now)).toBe('now');
  });

  test('is told in the largest unit that fits', () => {
    expect(en.ago('2026-11-21T11:57:00Z', now)).toBe('3 minutes ago');
    expect(ptBR.ago('2026-11-20T10:00:00Z', now)).toBe('ontem');
  });
});

test.each([
  ['+5511987654321', '+55 11 98765-4321'],
  ['+551132654321', '+55 11 3265-4321'],
  ['+12025550101', '+1 202-555-0101'],
  ['+447700900151', '+447700900151'],
])('the phone %s is shown as %s', (phone, shown) => {
  expect(formatPhone(phone)).toBe(shown);
});
