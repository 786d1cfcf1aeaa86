import type { Database } from '@zaphub/db';

/** The channel on which a lane's work is passed on; the payload is the owner, a space, the connection's UUID. */
export const turnChannel = 'zaphub_turns';

const text = `
select pg_notify('${turnChannel}', owner || ' ' || connection_id) from connection_sessions
where connection_id = $1 and place = 'socket' and owner is distinct from $2 and lease_until > clock_timestamp()`;

/**
 * Passes a doorbell on to the worker that holds the number's socket, since no other can send on it.
 * @returns whether there is such a worker; if not, whoever opens the session next rings by itself
 */
export async function passOnTurn(db: Database, owner: string, connectionId: string): Promise<boolean> {
  const told = await db.statement('turn_pass_on', text, [connectionId, owner]);
  return told.length > 0;
}
