import type { Database, Tx } from '@zaphub/db';
import type { Logger } from '@zaphub/telemetry';
import type { BeatFile, KnownBeat } from './beat-file.ts';
import { type HeldAfterRestore, holdEverything } from './hold-everything.ts';

/** Notices that the database is a copy of an earlier day, and keeps it from sending that day again. */
export interface Fence {
  /**
   * One beat; answers what was held when the database turns out to be restored, `undefined` otherwise. To be awaited
   * before anything is sent, and again with every pass of the reconciler.
   */
  check(): Promise<HeldAfterRestore | undefined>;
}

interface InstallationRow {
  readonly installation_id: string;
  readonly beat: number;
  readonly house: string | null;
  readonly current_house: string;
}

/**
 * Makes the fence of one worker. A database is a restored one when it knows less than was seen outside of it (its beat is
 * behind the file's, or behind what this process has seen), when it is another installation than the file's, or when
 * it was moved: restored into another cluster or under another name.
 * @param deps the database logged in as the engine
 */
export function createFence(deps: {
  readonly db: Database;
  readonly file: BeatFile;
  readonly logger: Logger;
}): Fence {
  const { db, file, logger } = deps;
  let seen: KnownBeat | undefined;
  return {
    async check() {
      // Before the database: what the file says was committed there before it was written here.
      const outside = await file.read();
      const known = [outside, seen].filter((one) => one !== undefined);
      const { held, now } = await db.system((tx) => beat(tx, known));
      seen = now;
      await file.write(now).catch((error: unknown) => {
        logger.warn('what is known of the installation could not be kept outside the database', { error });
      });
      if (held !== undefined) {
        logger.error(
          'the database was restored from a copy: its campaigns wait, so that nobody gets a message again. Resume or cancel each of them',
          { ...held },
        );
      }
      return held;
    },
  };
}

async function beat(
  tx: Tx,
  known: readonly KnownBeat[],
): Promise<{ held: HeldAfterRestore | undefined; now: KnownBeat }> {
  const row = await tx.one<InstallationRow>(
    'select installation_id, beat, house, app.current_house() as current_house from app.installation for update',
  );
  const wasMoved = row.house !== null && row.house !== row.current_house;
  const isBehind = known.some((one) => one.installationId !== row.installation_id || one.beat > row.beat);
  const next = Math.max(row.beat, ...known.map((one) => one.beat)) + 1;
  const isRestored = wasMoved || isBehind;
  await tx.run(
    `update app.installation set beat = $1, house = $2,
       restored_at = case when $3 then clock_timestamp() else restored_at end`,
    [next, row.current_house, isRestored],
  );
  const held = isRestored ? await holdEverything(tx) : undefined;
  if (held !== undefined) {
    await tx.run(
      `insert into app.system_log (event, subject_id, details) values ('installation.restored', $1, $2)`,
      [row.installation_id, JSON.stringify({ ...held, moved: wasMoved, behind: isBehind })],
    );
  }
  return { held, now: { installationId: row.installation_id, beat: next } };
}
