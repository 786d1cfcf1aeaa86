import type { z } from 'zod';
import { ruleOfCode } from '../error-table.ts';
import { messageIdOfTag } from '../message-tag.ts';
import { readNotice } from './account-notices.ts';
import { inboundContentOf } from './inbound-content.ts';
import { type Change, type Found, readPart } from './read-part.ts';
import type { Person } from '../../inbound.ts';
import type { PreferenceEvent, StatusEvent, WebhookContents } from './webhook-events.ts';
import * as shape from './webhook-schema.ts';

const optedOut = 131050;

/**
 * Reads a webhook whose signature was verified. Never throws: each part is read by itself, and what is not understood
 * is among `unknown`. Pure: the same bytes give the same events with the same keys, however often they come.
 */
export function parseWebhook(rawBody: Uint8Array): WebhookContents {
  const found: Found = { events: [], unknown: [] };
  const text = Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength).toString('utf8');
  const body = jsonOf(text);
  if (body === undefined) return { events: [], unknown: [{ path: '', why: 'not JSON', value: text }] };
  const envelope = readPart(found, '', shape.envelope, body);
  for (const [i, item] of envelope?.entry.entries() ?? []) {
    const entry = readPart(found, `entry.${i}`, shape.entry, item);
    for (const [j, one] of entry?.changes.entries() ?? []) {
      const path = `entry.${i}.changes.${j}`;
      const change = readPart(found, path, shape.change, one);
      if (entry !== undefined && change !== undefined) readChange(found, path, { entry, ...change });
    }
  }
  return found;
}

function readChange(found: Found, path: string, change: Change): void {
  const { field, value } = change;
  if (field === 'messages' || field === 'user_preferences') return readMessaging(found, path, value);
  if (readNotice(found, path, change)) return;
  found.unknown.push({ path, why: `field ${field} is not known`, value });
}

const listNames = ['statuses', 'messages', 'user_preferences'] as const;

/** The lists of one change; a change with none of them is unknown as a whole. */
function readMessaging(found: Found, path: string, value: Change['value']): void {
  const number = shape.metadata.safeParse(value['metadata']);
  const lists = listNames.filter((name) => value[name] !== undefined);
  if (!number.success || lists.length === 0) {
    const why = number.success ? 'no statuses, messages or user_preferences' : 'no phone_number_id';
    found.unknown.push({ path, why, value });
    return;
  }
  const context: Context = {
    found,
    phoneNumberId: number.data.phone_number_id,
    people: peopleOf(value['contacts']),
  };
  for (const name of lists) {
    const list = readPart(found, `${path}.value.${name}`, shape.list, value[name]);
    for (const [i, item] of list?.entries() ?? []) readers[name](context, `${path}.value.${name}.${i}`, item);
  }
  if (value['errors'] !== undefined) {
    found.unknown.push({
      path: `${path}.value.errors`,
      why: 'errors of the account',
      value: value['errors'],
    });
  }
}

const readers = { statuses: readStatus, messages: readInbound, user_preferences: readPreference } as const;

interface Context {
  readonly found: Found;
  readonly phoneNumberId: string;
  readonly people: readonly Person[];
}

function readStatus({ found, phoneNumberId, people }: Context, path: string, item: unknown): void {
  const read = readPart(found, path, shape.status, item);
  if (read === undefined) return;
  const recipient = nameOf(people, {
    phone: read.recipient_id,
    userId: read.recipient_user_id,
    parentUserId: read.recipient_parent_user_id,
  });
  const status = read.status === 'played' ? 'read' : read.status;
  const messageId = messageIdOfTag(read.biz_opaque_callback_data);
  const first = status === 'failed' ? read.errors?.[0] : undefined;
  const error = first === undefined ? {} : { error: errorOf(first) };
  const event: StatusEvent = {
    kind: 'status',
    key: `status:${read.id}:${status}`,
    phoneNumberId,
    at: read.timestamp,
    status,
    providerMessageId: read.id,
    ...(messageId === undefined ? {} : { messageId }),
    recipient,
    ...error,
  };
  found.events.push(event);
  if (first?.code === optedOut) {
    const key = `preference:${read.id}:stop`;
    const evidence = 'failed_message';
    const { at } = event;
    found.events.push({
      kind: 'preference',
      key,
      phoneNumberId,
      at,
      choice: 'stop',
      person: recipient,
      evidence,
    });
  }
}

function errorOf(
  error: NonNullable<z.infer<typeof shape.status>['errors']>[number],
): NonNullable<StatusEvent['error']> {
  const rule = ruleOfCode(error.code);
  const details = error.error_data?.details ?? error.title;
  return {
    code: error.code,
    class: rule.class,
    reason: rule.reason,
    ...(details === undefined ? {} : { details }),
  };
}

function readInbound({ found, phoneNumberId, people }: Context, path: string, item: unknown): void {
  const read = readPart(found, path, shape.message, item);
  if (read === undefined) return;
  const from = nameOf(people, {
    phone: read.from,
    userId: read.from_user_id,
    parentUserId: read.from_parent_user_id,
  });
  if (from.phone === undefined && from.userId === undefined) {
    found.unknown.push({ path, why: 'nobody it is from', value: item });
    return;
  }
  found.events.push({
    kind: 'inbound',
    key: `inbound:${read.id}`,
    phoneNumberId,
    at: read.timestamp,
    providerMessageId: read.id,
    from,
    content: inboundContentOf(read.type, item),
    ...(read.context?.id === undefined ? {} : { answers: read.context.id }),
    ...(read.group_id === undefined ? {} : { groupId: read.group_id }),
  });
}

function readPreference({ found, phoneNumberId, people }: Context, path: string, item: unknown): void {
  const read = readPart(found, path, shape.preference, item);
  if (read === undefined) return;
  const person = nameOf(people, {
    phone: read.wa_id,
    userId: read.user_id,
    parentUserId: read.parent_user_id,
  });
  const who = person.phone ?? person.userId;
  if (who === undefined) {
    found.unknown.push({ path, why: 'nobody whose preference it is', value: item });
    return;
  }
  const event: PreferenceEvent = {
    kind: 'preference',
    key: `preference:${phoneNumberId}:${who}:${read.timestamp.getTime()}:${read.value}`,
    phoneNumberId,
    at: read.timestamp,
    choice: read.value,
    person,
    evidence: 'user_preferences',
  };
  found.events.push(event);
}

type Ids = { readonly [K in 'phone' | 'userId' | 'parentUserId']: string | undefined };

/** Somebody by the ids of an event, with the name that the same change gives for one of them. */
function nameOf(people: readonly Person[], ids: Ids): Person {
  const known = people.find(
    (one) =>
      (ids.phone !== undefined && one.phone === ids.phone) ||
      (ids.userId !== undefined && one.userId === ids.userId),
  );
  return { ...known, ...defined(ids) };
}

function peopleOf(contacts: unknown): readonly Person[] {
  // Statuses name nobody.
  if (contacts === undefined) return [];
  return (shape.list.safeParse(contacts).data ?? []).flatMap((item) => {
    const read = shape.contact.safeParse(item);
    if (!read.success) return [];
    const { wa_id, user_id, parent_user_id, profile } = read.data;
    return [
      defined({
        phone: wa_id,
        userId: user_id,
        parentUserId: parent_user_id,
        username: profile?.username,
        name: profile?.name,
      }),
    ];
  });
}

function defined(values: { readonly [K in keyof Person]: string | undefined }): Person {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return undefined;
  }
}
