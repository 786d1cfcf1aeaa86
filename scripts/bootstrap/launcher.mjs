import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const pollMs = 1_000;

/**
 * Calls `onDeath` once when the npm that runs this script is gone. A killed npm (or the shell between) does not
 * take its script along, so it has to look. Answers a function that stops looking.
 *
 * @param {() => void} onDeath
 */
export function onLauncherDeath(onDeath) {
  const launcher = findLauncher();
  if (launcher === undefined) return () => undefined;
  const timer = setInterval(() => {
    if (isAlive(launcher)) return;
    clearInterval(timer);
    onDeath();
  }, pollMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** The process id of npm: our parent, or the parent of the shell between. `undefined` when run without npm. */
function findLauncher() {
  if (process.platform === 'win32' || !process.env.npm_lifecycle_event) return undefined;
  const parent = look(process.ppid);
  if (!parent) return undefined;
  return /^-?(ba|da|z|k)?sh$/.test(parent.name) ? parent.ppid : process.ppid;
}

function look(pid) {
  if (process.platform === 'linux') {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8'); // "pid (name) state ppid ..."; not every image has ps
    const match = /^\d+ \((.*)\) \S (\d+)/s.exec(stat);
    return match ? { ppid: Number(match[2]), name: match[1] } : undefined;
  }
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
  const match = /^\s*(\d+)\s+(?:.*\/)?(\S+)/.exec(stdout ?? '');
  return match ? { ppid: Number(match[1]), name: match[2] } : undefined;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
