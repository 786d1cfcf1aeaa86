import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Inbound, InboundListener } from '../inbound.ts';
import { jsonOf } from '../json-of.ts';
import { openBookmark } from './bookmark.ts';
import { type DuePump, type Planned, startDuePump } from './due-pump.ts';
import { fileParts } from './file-parts.ts';
import { type JournalWriter, openJournal } from './journal-writer.ts';

/** The file of what people send, inside the journal's folder. */
export const inboundFile = 'inbound.log';

const person = z.object({ phone: z.string(), name: z.string().optional() });
const line = z.object({
  dueAtMs: z.number(),
  key: z.string(),
  connectionId: z.string(),
  from: person,
  says: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('text'), text: z.string(), answers: z.string().optional() }),
    z.object({ kind: z.literal('preference'), choice: z.enum(['stop', 'resume']) }),
  ]),
});

/** Something that a simulated person will send. */
export type InboundLine = z.infer<typeof line>;

/** Writes down what people will send; every process that names the folder hands it over. */
export interface InboundLog {
  /** In the file with the next tick's write, unless the disk is full. */
  append(line: InboundLine): void;
  close(): void;
}

/** Opens the file with the first line. */
export function openInboundLog(dir: string): InboundLog {
  let writer: JournalWriter | undefined;
  return {
    append(one) {
      writer ??= openJournal(dir, inboundFile);
      writer.append(
        `\n${JSON.stringify(one)}\n`,
        () => true,
        () => undefined,
      );
    },
    close() {
      writer?.close();
      writer = undefined;
    },
  };
}

/** Hands over what people send, each thing at its time. */
export function startInboundPump(deps: {
  readonly dir: string;
  readonly listener: InboundListener;
}): DuePump {
  const path = join(deps.dir, inboundFile);
  return startDuePump<Inbound>({
    isThere: () => existsSync(path),
    bookmark: openBookmark(deps.dir, 'inbound.json'),
    parts: (from) => fileParts(path, { from, encoding: 'utf8', parse: parseInboundLine }),
    take: deps.listener,
    // People do not notice; and mostly nobody writes.
    passMs: 200,
  });
}

function parseInboundLine(text: string): Planned<Inbound> | undefined {
  const read = line.safeParse(jsonOf(text));
  return read.success ? { what: inboundOf(read.data), dueAtMs: read.data.dueAtMs } : undefined;
}

function inboundOf({ key, connectionId, dueAtMs, from, says }: InboundLine): Inbound {
  const sender = { phone: from.phone, ...(from.name === undefined ? {} : { name: from.name }) };
  const common = { key, connectionId, at: new Date(dueAtMs) };
  if (says.kind === 'preference') {
    const evidence = 'simulated_preference';
    return { ...common, kind: 'preference', choice: says.choice, person: sender, evidence };
  }
  return {
    ...common,
    kind: 'message',
    providerMessageId: `sim.in.${key}`,
    from: sender,
    content: { kind: 'text', text: says.text },
    ...(says.answers === undefined ? {} : { answers: says.answers }),
  };
}
