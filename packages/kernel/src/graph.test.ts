import { describe, expect, it } from 'vitest';
import { KernelGraphError } from './errors.ts';
import { planBatches } from './graph.ts';
import { type AnyPlugin, definePlugin } from './plugin.ts';

const plugin = (name: string, dependsOn: Record<string, AnyPlugin> = {}): AnyPlugin =>
  definePlugin({ name, dependsOn, start: () => ({ api: name }) });

function refusal(plugins: readonly AnyPlugin[]): KernelGraphError {
  try {
    planBatches(plugins);
  } catch (error) {
    if (error instanceof KernelGraphError) return error;
    throw error;
  }
  throw new Error('the graph was accepted');
}

describe('planBatches', () => {
  it('puts each plugin in the first batch after its dependencies, whatever the order of the list', () => {
    const a = plugin('a');
    const b = plugin('b');
    const c = plugin('c', { a });
    const d = plugin('d', { c, b });
    const names = planBatches([d, c, b, a]).map((batch) => batch.map((p) => p.name));
    expect(names).toEqual([['b', 'a'], ['c'], ['d']]);
  });

  it('puts those of higher priority first within their batch, and keeps the order of the list between equals', () => {
    const named = (name: string, priority?: number): AnyPlugin =>
      definePlugin({ name, priority, start: () => ({ api: name }) });
    const batches = planBatches([named('a'), named('b', 5), named('c'), named('d', -1), named('e', 5)]);
    expect(batches.map((batch) => batch.map((p) => p.name))).toEqual([['b', 'e', 'a', 'c', 'd']]);
  });

  it('accepts an empty list', () => {
    expect(planBatches([])).toEqual([]);
  });

  it('accepts a diamond', () => {
    const top = plugin('top');
    const left = plugin('left', { top });
    const right = plugin('right', { top });
    const bottom = plugin('bottom', { left, right });
    expect(planBatches([bottom, right, left, top])).toHaveLength(3);
  });

  it('refuses two plugins of one name', () => {
    const error = refusal([plugin('a'), plugin('a')]);
    expect(error.code).toBe('plugin_duplicate');
    expect(error.message).toContain('"a"');
  });

  it('refuses a dependency that is not in the list, naming both', () => {
    const error = refusal([plugin('api', { database: plugin('database') })]);
    expect(error.code).toBe('plugin_unknown');
    expect(error.message).toBe('plugin "api" depends on "database", which is not in the list');
  });

  it('says so when the name is in the list but belongs to another plugin', () => {
    const error = refusal([plugin('database'), plugin('api', { database: plugin('database') })]);
    expect(error.code).toBe('plugin_unknown');
    expect(error.message).toContain('another plugin of that name');
  });

  it('refuses a cycle and prints its path without the plugins that only lead to it', () => {
    const needsOfA: Record<string, AnyPlugin> = {};
    const a = plugin('a', needsOfA);
    const b = plugin('b', { a });
    const c = plugin('c', { b });
    needsOfA['c'] = c;
    const outside = plugin('outside', { c });
    const error = refusal([outside, a, b, c]);
    expect(error.code).toBe('plugin_cycle');
    expect(error.message).toContain('c → b → a → c');
    expect(error.message).not.toContain('outside');
  });

  it('refuses a plugin that depends on itself', () => {
    const needs: Record<string, AnyPlugin> = {};
    const self = plugin('self', needs);
    needs['self'] = self;
    expect(refusal([self]).message).toContain('self → self');
  });
});
