import {
  AppError,
  optOutProof,
  optOutSettings,
  optOutSettingsShown,
  optOutTest,
  optOutTestResult,
  pageOf,
  pageQuery,
  toPublicId,
} from '@zaphub/types';
import type { KeywordLanguage, OptOutProof, OptOutSettingsShown } from '@zaphub/types';
import { z } from 'zod';
import { defineRoute, paginate } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { createKeywordMatcher } from './keywords/keyword-matcher.ts';
import { startWords, stopWords } from './keywords/keyword-words.ts';
import { plainWords } from './keywords/plain-words.ts';
import { listProofs, type ProofRow } from './queries.ts';
import { type OptOutSettings, readOptOutSettings, writeOptOutSettings } from './settings.ts';

/** What people said about being written to, and the words by which they say it. */
export const optOutRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/opt-outs/settings',
    auth: 'tenant',
    reply: optOutSettingsShown,
    summary: 'Reads the own keywords and the confirmations, with the words that everybody knows.',
    handle: async ({ deps, scope }) =>
      present(await deps.db.read(scope, (tx) => readOptOutSettings(scope, tx))),
  }),
  defineRoute({
    method: 'PUT',
    path: '/opt-outs/settings',
    auth: 'tenant',
    role: 'admin',
    body: optOutSettings,
    reply: optOutSettingsShown,
    summary: 'Sets the own keywords and the confirmations, as a whole.',
    handle: async ({ deps, scope, body }) => {
      for (const word of [...body.stop_words, ...body.start_words]) requireWords(word);
      const settings = {
        stopWords: body.stop_words,
        startWords: body.start_words,
        stopReply: body.stop_reply,
        startReply: body.start_reply,
      };
      await deps.db.tenant(scope, (tx) => writeOptOutSettings(scope, tx, settings));
      return present(settings);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/opt-outs/test',
    auth: 'tenant',
    body: optOutTest,
    reply: optOutTestResult,
    summary: 'Says whether a message would opt somebody out or in, and by which word; nothing is stored.',
    handle: async ({ deps, scope, body }) => {
      const stored = await deps.db.read(scope, (tx) => readOptOutSettings(scope, tx));
      const matcher = createKeywordMatcher({
        stop: body.stop_words ?? stored.stopWords,
        start: body.start_words ?? stored.startWords,
      });
      return matcher.explain(body.text) ?? { wish: null, match: null, word: null };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/contacts/:contact_id/proofs',
    auth: 'tenant',
    ids: { contact_id: 'contact' },
    query: pageQuery,
    reply: pageOf(optOutProof),
    summary: 'Lists what is known of a contact’s wish to get messages or not, newest first.',
    handle: ({ deps, scope, ids, query, cursors }) =>
      paginate(cursors, query, {
        key: z.object({ at: z.string().max(40), id: z.uuid() }),
        fetch: (after, take) =>
          deps.db.read(scope, (tx) => listProofs(scope, tx, ids.contact_id, after, take)),
        keyOf: (row) => ({ at: row.recorded_at_text, id: row.id }),
        present: presentProof,
      }),
  }),
];

/** A word of nothing but signs would never be recognised. @throws AppError `invalid_body` */
function requireWords(word: string): void {
  if (plainWords(word) !== '') return;
  throw new AppError('invalid_body', 'a keyword without letters and digits', {
    publicMessage: {
      en: 'Each keyword needs at least one letter or digit.',
      'pt-BR': 'Cada palavra-chave precisa de ao menos uma letra ou um número.',
    },
  });
}

function present(settings: OptOutSettings): OptOutSettingsShown {
  return {
    stop_words: [...settings.stopWords],
    start_words: [...settings.startWords],
    stop_reply: settings.stopReply,
    start_reply: settings.startReply,
    built_in: { stop_words: listed(stopWords), start_words: listed(startWords) },
  };
}

function listed(
  words: Readonly<Record<KeywordLanguage, readonly string[]>>,
): Record<KeywordLanguage, string[]> {
  return { pt: [...words.pt], en: [...words.en], es: [...words.es] };
}

function presentProof(row: ProofRow): OptOutProof {
  return {
    action: row.action,
    source: row.source,
    evidence: row.evidence,
    by: row.actor_id === null ? null : { id: toPublicId('user', row.actor_id), email: row.actor_email },
    occurred_at: row.occurred_at.toISOString(),
    recorded_at: row.recorded_at.toISOString(),
  };
}
