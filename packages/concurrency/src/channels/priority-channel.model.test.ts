import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import type { Received } from './ports.ts';
import { PriorityChannel } from './priority-channel.ts';

interface Entry {
  readonly call: { expected: string };
  readonly value: number;
  readonly priority: number;
  readonly sentAt: number;
}

const priority = fc.integer({ min: 0, max: 3 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), priority }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('receive' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('trySend' as const), priority }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tryReceive' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('abort' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const) }) },
);

const told = (result: Received<number>): string => (result.done === true ? 'end' : `got ${result.value}`);

it('a priority channel hands out the best by effective priority, then by age, whatever the interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 4 }),
      fc.constantFrom(undefined, 8),
      fc.array(step, { maxLength: 60 }),
      async (capacity, ageingMs, steps) => {
        const clock = createManualClock();
        const channel = new PriorityChannel<number>(capacity, { clock, ...(ageingMs && { ageingMs }) });
        let held: Entry[] = [];
        let senders: Entry[] = [];
        let receivers: { expected: string }[] = [];
        let isClosed = false;
        const calls: { expected: string; outcome: string; stop: AbortController }[] = [];
        const start = (run: (signal: AbortSignal) => Promise<string>): { expected: string } => {
          const call = { expected: 'pending', outcome: 'pending', stop: new AbortController() };
          calls.push(call);
          run(call.stop.signal).then(
            (outcome) => (call.outcome = outcome),
            (error) => (call.outcome = error.code ?? error.message),
          );
          return call;
        };
        const effective = (entry: Entry): number =>
          entry.priority + (ageingMs === undefined ? 0 : (clock.now() - entry.sentAt) / ageingMs);
        /** Values grow with time, so the lower one was sent earlier. */
        const takeBest = (): Entry | undefined => {
          const [best] = [...held, ...senders].sort(
            (a, b) => effective(b) - effective(a) || a.value - b.value,
          );
          if (best === undefined) return undefined;
          held = held.filter((one) => one !== best);
          const [next] = [...senders].sort((a, b) => effective(b) - effective(a) || a.value - b.value);
          if (next === undefined) return best;
          senders = senders.filter((one) => one !== next);
          next.call.expected = 'sent';
          if (next !== best) held.push(next);
          return best;
        };
        const modelReceive = (): string | undefined => {
          const best = takeBest();
          if (best !== undefined) return `got ${best.value}`;
          return isClosed ? 'end' : undefined;
        };
        const modelTrySend = (entry: Entry): boolean => {
          if (isClosed) return false;
          const [receiver] = receivers;
          if (receiver !== undefined) {
            receiver.expected = `got ${entry.value}`;
            receivers = receivers.slice(1);
            return true;
          }
          if (held.length >= capacity) return false;
          held.push(entry);
          return true;
        };
        let value = 0;
        for (const current of steps) {
          value++;
          switch (current.kind) {
            case 'send': {
              const sent = value;
              const call = start((signal) => channel.send(sent, current.priority, signal).then(() => 'sent'));
              const entry = { call, value, priority: current.priority, sentAt: clock.now() };
              if (modelTrySend(entry)) call.expected = 'sent';
              else if (isClosed) call.expected = 'channel_closed';
              else senders.push(entry);
              break;
            }
            case 'trySend': {
              const entry = {
                call: { expected: '' },
                value,
                priority: current.priority,
                sentAt: clock.now(),
              };
              expect(channel.trySend(value, current.priority)).toBe(modelTrySend(entry));
              break;
            }
            case 'receive': {
              const call = start((signal) => channel.receive(signal).then(told));
              const outcome = modelReceive();
              if (outcome === undefined) receivers.push(call);
              else call.expected = outcome;
              break;
            }
            case 'tryReceive': {
              const result = channel.tryReceive();
              expect(result && told(result)).toBe(modelReceive());
              break;
            }
            case 'abort': {
              const waiting = calls.filter(({ expected }) => expected === 'pending');
              const call = waiting[current.which % waiting.length];
              if (call === undefined) break;
              call.expected = 'gave up';
              senders = senders.filter((one) => one.call !== call);
              receivers = receivers.filter((one) => one !== call);
              call.stop.abort(new Error('gave up'));
              break;
            }
            case 'wait':
              await clock.advance(current.ms);
              break;
            case 'close':
              isClosed = true;
              for (const { call } of senders.splice(0)) call.expected = 'channel_closed';
              for (const call of receivers.splice(0)) call.expected = 'end';
              channel.close();
              break;
          }
          expect([channel.size, channel.waitingSenders, channel.waitingReceivers, channel.isClosed]).toEqual([
            held.length,
            senders.length,
            receivers.length,
            isClosed,
          ]);
        }
        await tick();
        expect(calls.map(({ outcome }) => outcome)).toEqual(calls.map(({ expected }) => expected));
      },
    ),
    { numRuns: 200 },
  );
});
