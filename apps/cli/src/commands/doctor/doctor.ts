import { EmbeddedError } from '@zaphub/embedded';
import type { RunCommand } from '../../command.ts';
import { parseConfig } from '../../config.ts';
import { createProgressLines } from '../../progress-lines.ts';
import { openServices } from '../../services/open-services.ts';
import { findCredentialsKeys } from '../../services/credentials-keys.ts';
import { checkCredentials } from './credentials.ts';
import { checkDatabase } from './database.ts';
import type { Finding } from './finding.ts';
import { checkDashboardPort, checkDisk, checkNode } from './machine.ts';

/** `zaphub doctor`: one line a check; exit code 1 when something needs mending. */
export const doctor: RunCommand = async ({ env, language, signal, print, tell }) => {
  const config = parseConfig(env);
  const findings: Finding[] = [
    checkNode(),
    await checkDisk(config.homeDir),
    await checkDashboardPort(config),
  ];
  const progress = createProgressLines(tell);
  try {
    const services = await openServices(config, { language, progress, signal, attach: true });
    progress.done();
    try {
      findings.push(...(await checkDatabase(services.urls)));
      const keys = await findCredentialsKeys(env, config.homeDir);
      findings.push(...(await checkCredentials(services.urls.system, keys)));
    } finally {
      await services.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    findings.push(unreachable(error));
  }
  for (const { ok, what, remedy } of findings) {
    print(`${ok ? '✔' : '✘'} ${what[language]}`);
    if (!ok && remedy) print(`  ${remedy[language]}`);
  }
  return findings.every((finding) => finding.ok) ? 0 : 1;
};

function unreachable(error: unknown): Finding {
  if (error instanceof EmbeddedError) return { ok: false, what: error.text, remedy: error.remedy };
  const message = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    what: {
      en: `The database cannot be used: ${message}`,
      'pt-BR': `O banco de dados não pode ser usado: ${message}`,
    },
    remedy: {
      en: 'Check DATABASE_URL and whether that server runs.',
      'pt-BR': 'Verifique DATABASE_URL e se esse servidor está no ar.',
    },
  };
}
