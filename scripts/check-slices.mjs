// Inside packages/features/src every folder is a slice. A slice imports another only by its index.ts, and only if
// its own plugin.ts (or index.ts) declares it: `export const dependsOn = ['tenants'] as const`. Dependencies
// never go in a circle, and no slice imports the files that list all slices. New folders need no configuration.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesBelow } from './bootstrap/fingerprint.mjs';

/** Files beside the slices that know all of them. */
const listings = ['index.ts', 'routes.ts', 'jobs.ts'];

/**
 * Every breach of the rules, as one line each.
 *
 * @param {string} source the folder whose folders are the slices
 * @returns {string[]}
 */
export function findBreaches(source) {
  const slices = readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const declared = new Map(slices.map((slice) => [slice, declaredDependencies(join(source, slice))]));
  const files = readdirSync(source).flatMap((name) =>
    slices.includes(name) ? filesBelow(source, name, ['node_modules']) : [name],
  );
  const breaches = files
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) =>
      importsOf(join(source, file)).flatMap((target) => judge(file, target, declared, source)),
    );
  for (const [slice, names] of declared) {
    for (const name of names) {
      if (!slices.includes(name))
        breaches.push(`${slice} declares that it depends on "${name}", which does not exist`);
    }
  }
  return [...breaches, ...findCircle(declared)];
}

function judge(file, target, declared, source) {
  const own = file.includes('/') ? file.slice(0, file.indexOf('/')) : undefined;
  const path = relative(source, target).split(sep);
  const [other, ...rest] = path;
  if (other === '..' || own === other) return []; // Leaving the package is turbo's business.
  if (!declared.has(other)) {
    return own !== undefined && rest.length === 0 && listings.includes(other)
      ? [`${file} imports ${other}, which lists all slices`]
      : [];
  }
  if (rest.join('/') !== 'index.ts')
    return [`${file} imports ${path.join('/')}: only ${other}/index.ts may be imported`];
  if (own !== undefined && !declared.get(own).includes(other)) {
    return [`${file} imports ${other}, but ${own}/plugin.ts does not declare it in dependsOn`];
  }
  return [];
}

/** Absolute paths of the relative imports of a file. */
function importsOf(file) {
  const code = readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(['"])(\.{1,2}\/[^'"]+)\1/g);
  return [...found].map((match) => resolve(dirname(file), match[2]));
}

function declaredDependencies(slice) {
  for (const name of ['plugin.ts', 'index.ts']) {
    const file = join(slice, name);
    if (!existsSync(file)) continue;
    const match = /\bdependsOn\b[^=\n]*=\s*\[([^\]]*)\]/.exec(readFileSync(file, 'utf8'));
    if (match) return [...match[1].matchAll(/['"]([^'"]+)['"]/g)].map((each) => each[1]);
  }
  return [];
}

function findCircle(declared) {
  const done = new Set();
  const visit = (slice, path) => {
    if (path.includes(slice)) return [...path.slice(path.indexOf(slice)), slice];
    if (done.has(slice)) return undefined;
    for (const next of declared.get(slice) ?? []) {
      const circle = visit(next, [...path, slice]);
      if (circle) return circle;
    }
    done.add(slice);
    return undefined;
  };
  for (const slice of declared.keys()) {
    const circle = visit(slice, []);
    if (circle) return [`slices depend on each other in a circle: ${circle.join(' → ')}`];
  }
  return [];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const breaches = findBreaches(join(root, 'packages', 'features', 'src'));
  for (const breach of breaches) console.error(breach);
  process.exitCode = breaches.length > 0 ? 1 : 0;
}
