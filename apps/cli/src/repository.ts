import { resolve } from 'node:path';

/** The root folder of the repository this command line belongs to. */
export const repositoryRoot = resolve(import.meta.dirname, '../../..');

/** The folder with the database's migrations. */
export const migrationsDir = resolve(repositoryRoot, 'supabase/migrations');
