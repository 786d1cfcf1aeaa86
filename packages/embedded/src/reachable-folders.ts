import { randomUUID } from 'node:crypto';
import { chmod, chown, cp, mkdir, readlink, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { explainFileError } from './embedded-error.ts';
import { canReach, type PostgresAccount } from './postgres-account.ts';
import { programPath, type PostgresBinaries } from './postgres-binaries.ts';

/** Where things go that another user must reach when the project's own folder is closed to it (such as /root). */
const sharedRoot = '/var/lib/zaphub';

/**
 * The root of an installation that `account` can run: the installed one, or a copy of it in `/var/lib/zaphub`
 * when that is below a folder the account may not enter.
 */
export async function reachableBinaries(
  binaries: PostgresBinaries,
  account: PostgresAccount | undefined,
): Promise<string> {
  if (!account) return binaries.root;
  const program = programPath(binaries.root, 'postgres');
  if (((await stat(program)).mode & 0o005) === 0o005 && (await canReach(account, dirname(program)))) {
    return binaries.root;
  }
  const copy = join(sharedRoot, `postgres-${binaries.version}`);
  if (await exists(programPath(copy, 'postgres'))) return copy;
  const unfinished = `${copy}.${randomUUID()}`;
  await mkdir(sharedRoot, { recursive: true, mode: 0o755 });
  await cp(binaries.root, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another start made the same copy first: theirs is as good.
    if (!(await exists(programPath(copy, 'postgres')))) throw error;
  }
  return copy;
}

/**
 * Makes sure that `dataDir` has a parent `account` can reach and answers its real path. The parent itself is opened
 * for passing through (mode 711) where needed; below another closed folder `dataDir` becomes a symbolic link into `/var/lib/zaphub`. The folder itself is left for `initdb` to create.
 *
 * @throws EmbeddedError `not_writable` or `disk_full`
 */
export async function reachableDataDir(
  dataDir: string,
  account: PostgresAccount | undefined,
): Promise<string> {
  try {
    await mkdir(dirname(dataDir), { recursive: true, mode: account ? 0o711 : 0o700 });
    const linked = await readlink(dataDir).catch(() => undefined);
    if (linked !== undefined) return linked;
    const parent = await realpath(dirname(dataDir));
    const direct = join(parent, dataDir.slice(dirname(dataDir).length + 1));
    if (!account || (await openParent(account, parent))) return direct;
    const moved = join(sharedRoot, `data-${randomUUID()}`);
    await mkdir(moved, { recursive: true });
    await chmod(sharedRoot, 0o755);
    await chmod(moved, 0o711);
    await symlink(join(moved, 'postgres'), dataDir);
    return join(moved, 'postgres');
  } catch (error) {
    throw explainFileError(error, dirname(dataDir));
  }
}

/**
 * Whether `account` can reach `parent`, the folder that holds the cluster. That one is ours to open, for passing
 * through only; the folders above it belong to the person.
 */
async function openParent(account: PostgresAccount, parent: string): Promise<boolean> {
  if (await canReach(account, parent)) return true;
  const { mode, uid } = await stat(parent);
  if (uid !== 0 || !(await canReach(account, dirname(parent)))) return false;
  await chmod(parent, (mode & 0o777) | 0o011);
  return true;
}

/** Creates an empty folder that belongs to `account`, for a program of Postgres to fill. */
export async function ownedFolder(path: string, account: PostgresAccount | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (account) await chown(path, account.uid, account.gid);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
