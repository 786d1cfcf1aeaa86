import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const sources = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\.tsx?$/.test(path),
);

function importsOf(path: string): string[] {
  const text = readFileSync(sources + path, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(#[^']+)'/g)].map(([, target]) => target ?? '');
}

/** What is wrong with an import from one file of this app to another, or undefined. */
function problem(from: string, target: string): string | undefined {
  const feature = /^features\/([^/]+)\//.exec(from)?.[1];
  const targetFeature = /^#features\/([^/]+)\//.exec(target)?.[1];
  const isFrontDoor = /^#features\/[^/]+\/index\.ts$/.test(target);
  const isRoute = from === 'app/router.tsx' && target.includes('/routes/');
  if (target.startsWith('#app/') && from !== 'main.tsx') return 'only main.tsx reaches into app';
  if (targetFeature === undefined) return undefined;
  if (feature === undefined && !from.startsWith('app/')) return 'shared code knows no feature';
  if (targetFeature === feature) return 'a feature reaches itself by a relative path';
  return isFrontDoor || isRoute ? undefined : 'another feature is reached by its index.ts';
}

test('imports go from app to features to shared code, and by the front door', () => {
  expect(files.length).toBeGreaterThan(100);
  const wrong = files.flatMap((from) =>
    importsOf(from).flatMap((target) => {
      const found = problem(from, target);
      return found === undefined ? [] : [`${from} → ${target}: ${found}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('the rules see what they should', () => {
  expect(problem('lib/x.ts', '#features/contacts/index.ts')).toBeDefined();
  expect(problem('features/home/routes/home.tsx', '#features/contacts/api/list-contacts.ts')).toBeDefined();
  expect(problem('features/home/routes/home.tsx', '#app/router.tsx')).toBeDefined();
  expect(problem('features/home/routes/home.tsx', '#features/contacts/index.ts')).toBeUndefined();
});
