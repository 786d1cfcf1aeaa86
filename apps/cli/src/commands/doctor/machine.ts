import { mkdir, statfs } from 'node:fs/promises';
import { versions } from 'node:process';
import type { CliConfig } from '../../config.ts';
import { PlainError } from '../../plain-error.ts';
import { checkPort } from '../start/check-port.ts';
import type { Finding } from './finding.ts';

const neededBytes = 500_000_000;

/** Node's version, from the one that runs this. */
export function checkNode(version: string = versions.node): Finding {
  const ok = Number(version.split('.')[0]) >= 24;
  return {
    ok,
    what: { en: `Node ${version}`, 'pt-BR': `Node ${version}` },
    ...(ok
      ? {}
      : {
          remedy: {
            en: 'ZapHub brings Node 24 along: start commands with `npm run zaphub -- ...` instead of node.',
            'pt-BR': 'O ZapHub traz o Node 24: use `npm run zaphub -- ...` em vez de node.',
          },
        }),
  };
}

/** Room on the disk of the home folder. */
export async function checkDisk(homeDir: string): Promise<Finding> {
  try {
    await mkdir(homeDir, { recursive: true });
    const { bavail, bsize } = await statfs(homeDir);
    const gigabytes = ((bavail * bsize) / 1e9).toFixed(1);
    return {
      ok: bavail * bsize >= neededBytes,
      what: { en: `${gigabytes} GB free for ${homeDir}`, 'pt-BR': `${gigabytes} GB livres para ${homeDir}` },
      remedy: {
        en: 'Free some space: at least 0.5 GB should be left.',
        'pt-BR': 'Libere espaço: deve sobrar pelo menos 0,5 GB.',
      },
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return {
      ok: false,
      what: {
        en: `The folder ${homeDir} cannot be used (${code})`,
        'pt-BR': `A pasta ${homeDir} não pode ser usada (${code})`,
      },
      remedy: {
        en: 'Give your user the right to write there, or choose another with ZAPHUB_HOME.',
        'pt-BR': 'Dê ao seu usuário permissão de escrita, ou escolha outra com ZAPHUB_HOME.',
      },
    };
  }
}

/** The dashboard's port: free, or used by the ZapHub that runs. */
export async function checkDashboardPort(config: CliConfig): Promise<Finding> {
  try {
    await checkPort(config.host, config.port);
    return {
      ok: true,
      what: { en: `Port ${config.port} is free`, 'pt-BR': `A porta ${config.port} está livre` },
    };
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    const isOurs = await fetch(`http://127.0.0.1:${config.port}/livez`, {
      signal: AbortSignal.timeout(2_000),
    }).then(
      (reply) => reply.ok,
      () => false,
    );
    if (!isOurs) return { ok: false, what: error.text, remedy: error.remedy };
    return {
      ok: true,
      what: {
        en: `ZapHub answers on port ${config.port}`,
        'pt-BR': `O ZapHub responde na porta ${config.port}`,
      },
    };
  }
}
