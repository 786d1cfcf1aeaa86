import type { TenantScope, Tx } from '@zaphub/db';
import type { Inbound, InboundMessage, Person } from '@zaphub/providers';
import { resolvePeople, type ResolvedPerson } from '../identity/index.ts';
import {
  createKeywordMatcher,
  type KeywordMatcher,
  type Proof,
  readOptOutSettings,
  recordProofs,
} from '../opt-outs/index.ts';
import { rememberSenders } from '../sender-pools/index.ts';
import { noteReceived } from '../webhooks/index.ts';
import { cleanInbound } from './clean-inbound.ts';
import { type Asked, confirmWishes } from './confirm-wishes.ts';
import { countReplies, type Reply } from './count-replies.ts';
import { knownKeys, nameOf } from './known-keys.ts';
import { linkCampaigns } from './link-campaigns.ts';
import { openConversations, pairKey } from './open-conversations.ts';
import { publishConversations } from './publish-conversations.ts';
import { keywordOf } from './stored-content.ts';
import { type ResolvedMessage, writeInbound } from './write-inbound.ts';

/** What became of something that a person did. */
export type StoredInbound =
  | {
      readonly outcome: 'stored';
      readonly contactId: string;
      /** Absent for a preference. */
      readonly conversationId?: string;
      readonly messageId?: string;
      /** The campaign that it answers. */
      readonly campaignId?: string;
      /** What it asks for about being written to. */
      readonly wish?: 'opt_out' | 'opt_in';
    }
  /** It has been stored before. */
  | { readonly outcome: 'known' }
  /** Said in a group; nobody that can be told apart; a connection that is not this tenant's. */
  | { readonly outcome: 'ignored'; readonly cause: 'group' | 'nobody' | 'connection' };

/**
 * Stores what people wrote and decided, once by connection and key, however often and in whatever order it comes: finds
 * or makes the contact and the thread, says which campaign it answers, follows keywords and preferences about being
 * written to, counts answers, and tells whoever watches. A number of statements that does not depend on how much it is;
 * give it a few hundred at most. Nothing that a network sends makes it fail. What groups say is not kept.
 * @returns in the order of `inbound`
 */
export async function storeInbound(
  tx: Tx,
  scope: TenantScope,
  inbound: readonly Inbound[],
): Promise<StoredInbound[]> {
  const clean = inbound.map(cleanInbound);
  const { providers, keys } = await knownKeys(tx, scope, clean);
  const results = new Map<number, StoredInbound>();
  const seen = new Set(keys);
  const fresh = [...clean.entries()].filter(([nth, each]) => {
    const early = judgeEarly(each, providers, seen);
    if (early !== undefined) results.set(nth, early);
    seen.add(nameOf(each));
    return early === undefined;
  });
  const people = await resolvePeople(
    tx,
    scope,
    fresh.map(([, each]) => ({
      connectionId: each.connectionId,
      provider: providers.get(each.connectionId) ?? '',
      person: personOf(each),
    })),
  );
  const known: KnownInbound[] = [];
  for (const [index, [nth, each]] of fresh.entries()) {
    const person = people[index];
    if (person === undefined) results.set(nth, { outcome: 'ignored', cause: 'nobody' });
    else known.push({ nth, each, person });
  }
  for (const [nth, result] of await storeKnown(tx, scope, known)) results.set(nth, result);
  return inbound.map((_, nth) => results.get(nth) ?? { outcome: 'known' });
}

interface KnownInbound {
  readonly nth: number;
  readonly each: Inbound;
  readonly person: ResolvedPerson;
}

interface KnownMessage extends KnownInbound {
  readonly each: InboundMessage;
}

async function storeKnown(
  tx: Tx,
  scope: TenantScope,
  known: readonly KnownInbound[],
): Promise<Map<number, StoredInbound>> {
  if (known.length === 0) return new Map();
  const settings = await readOptOutSettings(scope, tx);
  const matcher = createKeywordMatcher({ stop: settings.stopWords, start: settings.startWords });
  const resolved = await resolveMessages(tx, scope, known.filter(isMessage));
  const stored = await writeInbound(tx, scope, resolved);
  // Of a key that somebody else has stored meanwhile, nothing more is done.
  const fresh = known.filter((one) => one.each.kind === 'preference' || stored.has(nameOf(one.each)));
  const wishes = fresh.flatMap((one) => wishOf(one, matcher));
  const changes = await recordProofs(tx, scope, wishes);
  const wished = new Map(wishes.map((wish) => [nameOf(wish), wish.action]));
  const news = resolved.filter((each) => stored.has(nameOf(each.message)));
  await countReplies(
    tx,
    scope,
    news.flatMap((each) => replyOf(each, wished.get(nameOf(each.message)) === 'opt_out')),
  );
  await rememberSenders(
    tx,
    scope,
    news.map(({ contactId, message }) => ({ contactId, connectionId: message.connectionId, at: message.at })),
  );
  const asked = news.flatMap((each) => askedOf(each, wished.get(nameOf(each.message))));
  await confirmWishes(tx, scope, settings, { asked, changes });
  await noteReceived(tx, scope, [...stored.values()]);
  await publishConversations(tx, scope, [...new Set(news.map((each) => each.conversationId))]);
  const byName = new Map(news.map((each) => [nameOf(each.message), each]));
  return new Map(
    fresh.map((one): [number, StoredInbound] => {
      const name = nameOf(one.each);
      return [one.nth, describe(one, byName.get(name), stored.get(name), wished.get(name))];
    }),
  );
}

async function resolveMessages(
  tx: Tx,
  scope: TenantScope,
  messages: readonly KnownMessage[],
): Promise<ResolvedMessage[]> {
  const pairs = messages.map(({ each, person }) => ({
    connectionId: each.connectionId,
    contactId: person.contactId,
  }));
  const conversations = await openConversations(tx, scope, pairs);
  const answered = await linkCampaigns(
    tx,
    scope,
    messages.map(({ each, person }) => ({ ...each, contactIds: person.familyIds, answers: each.answers })),
  );
  return messages.flatMap(({ each, person }, index) => {
    const pair = pairs[index];
    const conversationId = pair && conversations.get(pairKey(pair));
    return conversationId === undefined
      ? []
      : [{ message: each, conversationId, ...person, answered: answered[index] }];
  });
}

function isMessage(one: KnownInbound): one is KnownMessage {
  return one.each.kind === 'message';
}

function personOf(inbound: Inbound): Person {
  return inbound.kind === 'message' ? inbound.from : inbound.person;
}

/** What needs no look at anybody: known already, said in a group, or of somebody else's connection. */
function judgeEarly(
  inbound: Inbound,
  providers: ReadonlyMap<string, string>,
  keys: ReadonlySet<string>,
): StoredInbound | undefined {
  if (!providers.has(inbound.connectionId)) return { outcome: 'ignored', cause: 'connection' };
  if (inbound.kind === 'message' && inbound.groupId !== undefined)
    return { outcome: 'ignored', cause: 'group' };
  return keys.has(nameOf(inbound)) ? { outcome: 'known' } : undefined;
}

type Wish = Proof & { readonly connectionId: string; readonly key: string };

/** What somebody asks for, with its proof. */
function wishOf({ each, person }: KnownInbound, matcher: KeywordMatcher): Wish[] {
  const proof = { contactId: person.memberId, connectionId: each.connectionId, key: each.key, at: each.at };
  if (each.kind === 'preference') {
    const action = each.choice === 'stop' ? 'opt_out' : 'opt_in';
    return [{ ...proof, action, source: 'preference', evidence: each.evidence }];
  }
  const said = keywordOf(each.content);
  const wish = said && matcher.match(said.text, said);
  if (said === undefined || wish === undefined) return [];
  return [
    { ...proof, action: wish === 'stop' ? 'opt_out' : 'opt_in', source: 'keyword', evidence: said.text },
  ];
}

/** A reaction says nothing that a campaign's answers could be counted by. */
function replyOf({ message, answered }: ResolvedMessage, hasOptedOut: boolean): Reply[] {
  if (answered === undefined || message.content.kind === 'reaction') return [];
  return [{ campaignId: answered.campaignId, contactId: answered.contactId, hasOptedOut }];
}

function askedOf(resolved: ResolvedMessage, action: 'opt_out' | 'opt_in' | undefined): Asked[] {
  if (action === undefined) return [];
  const { message, conversationId, contactId, memberId } = resolved;
  const { connectionId, key, providerMessageId } = message;
  return [{ action, conversationId, contactId, memberId, connectionId, key, providerMessageId }];
}

function describe(
  one: KnownInbound,
  resolved: ResolvedMessage | undefined,
  messageId: string | undefined,
  wish: 'opt_out' | 'opt_in' | undefined,
): StoredInbound {
  return {
    outcome: 'stored',
    contactId: one.person.contactId,
    ...(resolved === undefined ? {} : { conversationId: resolved.conversationId }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(resolved?.answered === undefined ? {} : { campaignId: resolved.answered.campaignId }),
    ...(wish === undefined ? {} : { wish }),
  };
}
