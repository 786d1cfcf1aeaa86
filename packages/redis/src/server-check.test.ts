import { expect, it } from 'vitest';
import { readServerFacts, serverWarnings } from './server-check.ts';

const good = 'redis_version:7.2.1\r\nmaxmemory_policy:noeviction\r\n';

it('a current server that keeps its data gives no warning', () => {
  expect(serverWarnings(readServerFacts(good), { needsNoEviction: true })).toEqual([]);
});

it.each(['6.0.16', '5.0.7'])('version %s is too old', (version) => {
  const facts = readServerFacts(good.replace('7.2.1', version));
  expect(serverWarnings(facts, { needsNoEviction: true })).toEqual([expect.stringContaining(version)]);
});

it('a server that tells nothing is warned of, but not accused of evicting', () => {
  expect(serverWarnings(readServerFacts(''), { needsNoEviction: true })).toEqual([
    expect.stringContaining('version'),
  ]);
});

it('eviction matters only where data must stay', () => {
  const facts = readServerFacts(good.replace('noeviction', 'volatile-ttl'));
  expect(serverWarnings(facts, { needsNoEviction: true })).toHaveLength(1);
  expect(serverWarnings(facts, { needsNoEviction: false })).toEqual([]);
});
