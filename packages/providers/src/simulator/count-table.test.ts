import { describe, expect, it } from 'vitest';
import { CountTable } from './count-table.ts';

describe('CountTable', () => {
  it('counts like a map, through growth', () => {
    const table = new CountTable();
    const model = new Map<string, number>();
    let state = 1;
    for (let i = 0; i < 20_000; i++) {
      state = Math.imul(state, 48_271) >>> 0;
      const text = `t${state % 7_000}`;
      const count = (model.get(text) ?? 0) + 1;
      model.set(text, count);
      expect(table.add(text)).toBe(count);
    }
    expect(table.size).toBe(model.size);
    for (const [text, count] of model) expect(table.get(text)).toBe(count);
    expect(table.get('never')).toBe(0);
  });

  it('keeps 100 000 ids apart', () => {
    const table = new CountTable();
    for (let i = 0; i < 100_000; i++) expect(table.add(`019a-${i}-7c00`)).toBe(1);
    expect(table.size).toBe(100_000);
  });
});
