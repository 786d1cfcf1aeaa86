import type { SendRequest } from '../provider.ts';
import { seededRatio01 } from '../seeded-ratio.ts';
import type { InboundLine } from './inbound-log.ts';
import { providerIdOf } from './outcome.ts';
import type { DelayRange } from './receipt-plan.ts';
import type { SimulatorAction } from './scenario.ts';
import type { Verdict } from './verdict.ts';

/** How the simulated people answer. */
export interface PeopleOptions {
  /** The share of messages that get an answer. */
  readonly answers01: number;
  /** The share of messages that are answered by a wish to get no more, in words. */
  readonly optsOut01: number;
  /** The share of messages after which the person tells the network to stop marketing. */
  readonly stopsMarketing01: number;
  /** From the request to the answer. */
  readonly delay: DelayRange;
}

const answers = ['Obrigado!', 'Quero saber mais', 'Qual é o preço?', 'Thanks!', '👍'] as const;
const optOuts = ['SAIR', 'Parar', 'STOP', 'cancelar'] as const;

/** Nobody answers, unless the number is a magic one. */
export const silentPeople: PeopleOptions = {
  answers01: 0,
  optsOut01: 0,
  stopsMarketing01: 0,
  delay: { minMs: 500, maxMs: 3_000 },
};

/** Does anybody answer by himself? */
export function areSilent(people: PeopleOptions): boolean {
  return people.answers01 + people.optsOut01 + people.stopsMarketing01 === 0;
}

/** What the receiver of an accepted message sends, decided by its id alone; `undefined` for nothing. */
export function answerTo(
  request: SendRequest,
  verdict: Verdict,
  settings: { readonly seed: number; readonly people: PeopleOptions; readonly nowMs: number },
): InboundLine | undefined {
  const { seed, people, nowMs } = settings;
  const roll = (what: string): number => seededRatio01(`${seed}:${request.messageId}:${what}`);
  const reaction = verdict.reaction ?? reactionBy(roll('reaction'), people);
  if (reaction === undefined || !request.to.startsWith('+')) return undefined;
  const { minMs, maxMs } = people.delay;
  const texts = reaction === 'opts_out' ? optOuts : answers;
  return {
    dueAtMs: Math.round(nowMs + minMs + roll('delay') * (maxMs - minMs)),
    key: `answer:${request.messageId}`,
    connectionId: request.sender,
    from: { phone: request.to },
    says:
      reaction === 'stops_marketing'
        ? { kind: 'preference', choice: 'stop' }
        : {
            kind: 'text',
            text: texts[Math.floor(roll('text') * texts.length)] ?? texts[0],
            answers: providerIdOf(request.messageId),
          },
  };
}

/**
 * What a person sends because an action says so, to the number that the action names or to the one that sent last;
 * `undefined` for any other action, and when there is no such number.
 */
export function spokenLine(
  action: SimulatorAction,
  note: { readonly id: string; readonly atMs: number; readonly lastSender: string | undefined },
): InboundLine | undefined {
  if (action.do !== 'inbound' && action.do !== 'preference') return undefined;
  const connectionId = action.connection ?? note.lastSender;
  if (connectionId === undefined) return undefined;
  const common = { dueAtMs: note.atMs, key: `action:${note.id}`, connectionId };
  if (action.do === 'preference') {
    return { ...common, from: { phone: action.from }, says: { kind: 'preference', choice: action.choice } };
  }
  const { from, name, text, answers: answered } = action;
  return {
    ...common,
    from: { phone: from, ...(name === undefined ? {} : { name }) },
    says: {
      kind: 'text',
      text,
      ...(answered === undefined ? {} : { answers: providerIdOf(answered) }),
    },
  };
}

function reactionBy(ratio01: number, people: PeopleOptions): Verdict['reaction'] {
  if (ratio01 < people.answers01) return 'answers';
  if (ratio01 < people.answers01 + people.optsOut01) return 'opts_out';
  return ratio01 < people.answers01 + people.optsOut01 + people.stopsMarketing01
    ? 'stops_marketing'
    : undefined;
}
