import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFileError } from './embedded-error.ts';

/** The ports the embedded services used last time, so that they keep their addresses when they can. */
export interface RememberedPorts {
  readonly postgres?: number | undefined;
  readonly supabase?: number | undefined;
}

/** Reads the remembered ports; nothing is remembered when the file is missing or makes no sense. */
export async function recallPorts(homeDir: string): Promise<RememberedPorts> {
  try {
    // Every field is checked by `asPort`.
    const saved = JSON.parse(await readFile(join(homeDir, 'ports.json'), 'utf8')) as Record<string, unknown>;
    return { postgres: asPort(saved['postgres']), supabase: asPort(saved['supabase']) };
  } catch {
    return {};
  }
}

/** Saves the ports for the next start. */
export async function rememberPorts(homeDir: string, ports: RememberedPorts): Promise<void> {
  const path = join(homeDir, 'ports.json');
  await writeFile(path, `${JSON.stringify(ports)}\n`).catch((error: unknown) => {
    throw explainFileError(error, path);
  });
}

function asPort(value: unknown): number | undefined {
  return Number.isInteger(value) && Number(value) > 1023 && Number(value) < 65_536
    ? Number(value)
    : undefined;
}
