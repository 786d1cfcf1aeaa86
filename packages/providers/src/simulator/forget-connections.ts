import { createHmac, randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { inboundFile } from './inbound-log.ts';
import { parseJournalLine } from './journal-line.ts';
import { journalFile } from './journal-writer.ts';

const chunkBytes = 256 * 1024;

/**
 * Takes the phones of connections out of a journal's folder, for a tenant that was deleted: each becomes a number that
 * nobody has and nobody can trace back, the same for the same phone, so that counts stay as they are. What people sent
 * to them is blanked. Lines keep their length, so workers may go on writing and reading; what they write of these
 * connections afterwards is not touched. Answers how many lines were changed.
 */
export async function forgetConnections(dir: string, connections: ReadonlySet<string>): Promise<number> {
  // Known to this call alone: with it the phones could be found by trying all of them.
  const key = randomBytes(32);
  const nobody = (phone: string): string => {
    const digits = createHmac('sha256', key).update(phone).digest('hex').replaceAll(/[a-f]/g, '');
    return `+0${digits}`.slice(0, phone.length).padEnd(phone.length, '0');
  };
  const inJournal = await rewriteLines(join(dir, journalFile), (line) => {
    const entry = parseJournalLine(line);
    if (entry === undefined || !connections.has(entry.connection) || entry.phone.startsWith('+0'))
      return line;
    return line.replace(`\t${entry.phone}\t`, () => `\t${nobody(entry.phone)}\t`);
  });
  const inInbound = await rewriteLines(join(dir, inboundFile), (line) =>
    connections.has(connectionIn(line)) ? ' '.repeat(line.length) : line,
  );
  return inJournal + inInbound;
}

function connectionIn(line: string): string {
  return /"connectionId":"([^"\\]*)"/.exec(line)?.[1] ?? '';
}

/** Rewrites lines where they stand; `change` answers a text of the same length. By bytes: latin1 keeps every one. */
async function rewriteLines(path: string, change: (line: string) => string): Promise<number> {
  const file = await openOrNothing(path);
  if (file === undefined) return 0;
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let changed = 0;
    for (let offset = 0; ;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, offset);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
      if (end === 0) return changed;
      let at = offset;
      for (const line of buffer.toString('latin1', 0, end).split('\n')) {
        const rewritten = change(line);
        if (rewritten !== line && rewritten.length === line.length) {
          await file.write(Buffer.from(rewritten, 'latin1'), 0, line.length, at);
          changed++;
        }
        at += line.length + 1;
      }
      offset += end;
    }
  } finally {
    await file.close();
  }
}

async function openOrNothing(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r+');
  } catch {
    // Nobody was written to, or nobody wrote.
    return undefined;
  }
}
