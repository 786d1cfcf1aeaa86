import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PlainError } from './plain-error.mjs';
import { tell } from './say.mjs';

const pollMs = 200;
const patienceMs = 15 * 60_000;
/** A lock without a process id in it is being written, unless it is this old. */
const writingMs = 5_000;

/**
 * Runs `work` (installing, building) while no other process prepares the same tree. The lock of a process that has died is
 * taken over.
 *
 * @param {string} root
 * @param {() => void} work
 */
export async function withTreeLock(root, work) {
  const folder = join(root, '.cache');
  const lock = join(folder, 'prepare.lock');
  await acquire(folder, lock);
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

async function acquire(folder, lock) {
  const giveUpAt = performance.now() + patienceMs;
  let told = false;
  while (!tryCreate(folder, lock)) {
    if (isAbandoned(lock)) {
      breakLock(lock);
      await delay(20);
      continue;
    }
    if (!told) tell(waiting);
    told = true;
    if (performance.now() > giveUpAt) {
      throw new PlainError(
        {
          en: 'Another ZapHub command has been preparing this folder for 15 minutes.',
          'pt-BR': 'Outro comando do ZapHub está preparando esta pasta há 15 minutos.',
        },
        {
          en: `If there is none, delete ${lock} and run the same command again.`,
          'pt-BR': `Se não houver nenhum, apague ${lock} e execute o mesmo comando de novo.`,
        },
      );
    }
    await delay(pollMs);
  }
}

function tryCreate(folder, lock) {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw cannotWrite(folder, error.code);
  }
}

function isAbandoned(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (!pid) return Date.now() - statSync(lock).mtimeMs > writingMs;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Removes an abandoned lock. Only one process at a time may: else the second would remove the first one's new lock. */
function breakLock(lock) {
  const breaker = `${lock}.break`;
  try {
    mkdirSync(breaker);
  } catch {
    const age = statSync(breaker, { throwIfNoEntry: false })?.mtimeMs;
    if (age !== undefined && Date.now() - age < 10_000) return;
  }
  if (isAbandoned(lock)) rmSync(lock, { force: true });
  try {
    rmdirSync(breaker);
  } catch {
    // Somebody else found it old, too.
  }
}

const waiting = {
  en: 'Another ZapHub command is preparing this folder; waiting for it…',
  'pt-BR': 'Outro comando do ZapHub está preparando esta pasta; aguardando…',
};

function cannotWrite(folder, code) {
  if (code === 'ENOSPC') {
    return new PlainError(
      { en: 'The disk is full.', 'pt-BR': 'O disco está cheio.' },
      {
        en: 'Free about 1 GB and run the same command again.',
        'pt-BR': 'Libere cerca de 1 GB e execute o mesmo comando de novo.',
      },
    );
  }
  return new PlainError(
    {
      en: `ZapHub cannot write to its own folder, ${folder} (${code}).`,
      'pt-BR': `O ZapHub não consegue gravar na própria pasta, ${folder} (${code}).`,
    },
    {
      en: 'Give your user the right to write there, or copy the project to a folder of your own.',
      'pt-BR': 'Dê ao seu usuário permissão para gravar ali ou copie o projeto para uma pasta sua.',
    },
  );
}
