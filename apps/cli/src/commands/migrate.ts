import { migrate, MigrationError } from '@zaphub/db';
import type { RunCommand } from '../command.ts';
import { parseConfig } from '../config.ts';
import { createProgressLines } from '../progress-lines.ts';
import { migrationsDir } from '../repository.ts';
import { openServices } from '../services/open-services.ts';

/** `zaphub migrate`: brings the database to the newest schema and says what was applied. */
export const migrateCommand: RunCommand = async ({ env, language, signal, print, tell }) => {
  const progress = createProgressLines(tell);
  const services = await openServices(parseConfig(env), { language, progress, signal, attach: true });
  try {
    progress.done();
    const { applied } = await migrate({
      connectionString: services.urls.owner,
      directory: migrationsDir,
      log: print,
    });
    await services.reloadSchema();
    if (applied.length === 0) print(upToDate[language]);
    return 0;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    tell(`\n${error.message}`); // It says itself what was kept and what to do.
    return 1;
  } finally {
    await services.close();
  }
};

const upToDate = {
  en: 'The database is up to date.',
  'pt-BR': 'O banco de dados está atualizado.',
};
