import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/**
 * The flags that a program asks Node for, from `nodeFlags` in the package.json above its `src/main.js`; none when
 * there is no such file. The worker keeps its heap small this way: V8 would rather grow than collect.
 */
export function nodeFlagsOf(main: string): string[] {
  const path = new URL('../package.json', pathToFileURL(main));
  if (!existsSync(path)) return [];
  const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const hasFlags = typeof manifest === 'object' && manifest !== null && 'nodeFlags' in manifest;
  const flags: unknown = hasFlags ? manifest.nodeFlags : [];
  return Array.isArray(flags) ? flags.filter((flag) => typeof flag === 'string') : [];
}
