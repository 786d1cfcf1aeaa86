import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the tests need that npm cannot bring: how to find it, and the Debian package it comes in. */
const needed = [
  { what: 'a Redis server (redis-server)', isThere: () => isInPath('redis-server'), debian: 'redis-server' },
  { what: 'the Chromium browser', isThere: hasBrowser, debian: 'chromium' },
  { what: 'an emoji font', isThere: hasEmojiFont, debian: 'fonts-noto-color-emoji' },
];

/**
 * Makes sure that everything the tests need is installed: on Debian, as root, by installing it. Answers whether
 * it is; if not, what to install has been told. Nothing is skipped instead.
 */
export function meetRequirements() {
  const missing = needed.filter(({ isThere }) => !isThere());
  if (missing.length === 0) return true;
  const packages = missing.map(({ debian }) => debian);
  if (isDebian() && process.getuid?.() === 0) {
    console.log(`Installing ${packages.join(', ')} (once)...`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
      const { status } = spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env });
      if (status !== 0) console.error(`apt-get ${args.join(' ')} failed; the reason is above.`);
    }
  }
  const still = missing.filter(({ isThere }) => !isThere());
  if (still.length === 0) return true;
  console.error(`\nThe tests need ${still.map(({ what }) => what).join(', ')}.`);
  console.error(
    `${installHint(still.map(({ debian }) => debian))}\nThen run npm test again. Nothing was tested.`,
  );
  return false;
}

function installHint(packages) {
  if (isDebian()) return `Install it: sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`;
  if (process.platform === 'darwin')
    return 'Install it: brew install redis && npx playwright install chromium';
  return `Install it with your package manager (on Debian the packages are: ${packages.join(' ')}).`;
}

function isDebian() {
  if (!existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

function isInPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function hasBrowser() {
  if (existsSync('/usr/bin/chromium')) return true;
  // On a developer's own machine Playwright's browser will do.
  return process.platform !== 'linux' || existsSync(join(process.env.HOME ?? '/', '.cache', 'ms-playwright'));
}

function hasEmojiFont() {
  if (process.platform !== 'linux') return true;
  const { stdout, error } = spawnSync('fc-list', [':lang=und-zsye'], { encoding: 'utf8' });
  return error ? existsSync('/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf') : stdout.trim() !== '';
}
