import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { RwLock } from './rw-lock.ts';
import type { RwMode, RwPermit } from './rw-permit.ts';

type Held = Exclude<RwMode, 'released'>;

/** The rules of the phases, in arrays: who is inside, who waits, and who waits to upgrade. */
class Model {
  inside = new Map<number, Held>();
  line: { readonly id: number; readonly mode: Held }[] = [];
  upgrader: number | undefined;
  /** How the last wait for an upgrade ended. */
  answer: boolean | 'aborted' | undefined;
  /** The last to write came in as a reader. */
  hasUpgraded = false;

  get isWriting(): boolean {
    return [...this.inside.values()].includes('write');
  }

  ask(id: number, mode: Held): void {
    if (this.mayEnter(mode)) this.enter(id, mode);
    else this.line.push({ id, mode });
  }

  mayEnter(mode: Held): boolean {
    if (mode === 'write') return this.inside.size === 0;
    return (
      !this.isWriting && this.upgrader === undefined && !this.line.some((asker) => asker.mode === 'write')
    );
  }

  release(id: number): void {
    const mode = this.inside.get(id);
    this.inside.delete(id);
    if (this.upgrader === id) this.endUpgrade(false);
    if (mode === 'write') this.endWriting();
    else this.serve();
  }

  leave(id: number): void {
    this.line = this.line.filter((asker) => asker.id !== id);
    this.serve();
  }

  stopUpgrading(): void {
    this.endUpgrade('aborted');
    this.serve();
  }

  /** What it is told at once; `undefined` when it waits. */
  upgrade(id: number): boolean | undefined {
    if (this.inside.get(id) === 'write') return true;
    if (this.upgrader !== undefined) return false;
    if (this.inside.size > 1) {
      this.upgrader = id;
      this.answer = undefined;
      return undefined;
    }
    this.raise(id);
    return true;
  }

  tryUpgrade(id: number): boolean {
    if (this.inside.get(id) === 'write') return true;
    if (this.inside.size > 1) return false;
    this.raise(id);
    return true;
  }

  downgrade(id: number): void {
    if (this.inside.get(id) !== 'write') return;
    this.inside.set(id, 'read');
    this.endWriting();
  }

  enter(id: number, mode: Held): void {
    this.inside.set(id, mode);
    if (mode === 'write') this.hasUpgraded = false;
  }

  private raise(id: number): void {
    this.inside.set(id, 'write');
    this.hasUpgraded = true;
  }

  /** Readers follow a writer, and a writer follows readers, also one that wrote. */
  private endWriting(): void {
    if (!this.hasUpgraded || !this.line.some((asker) => asker.mode === 'write')) this.letReadersIn();
    this.serve();
  }

  private serve(): void {
    if (this.isWriting) return;
    const writer = this.line.find((asker) => asker.mode === 'write');
    if (this.upgrader !== undefined) {
      if (this.inside.size > 1) return;
      this.raise(this.upgrader);
      this.endUpgrade(true);
    } else if (writer === undefined) this.letReadersIn();
    else if (this.inside.size === 0) {
      this.line = this.line.filter((asker) => asker !== writer);
      this.enter(writer.id, 'write');
    }
  }

  private endUpgrade(answer: boolean | 'aborted'): void {
    this.upgrader = undefined;
    this.answer = answer;
  }

  private letReadersIn(): void {
    for (const asker of this.line) if (asker.mode === 'read') this.inside.set(asker.id, 'read');
    this.line = this.line.filter((asker) => asker.mode === 'write');
  }
}

const mode = fc.constantFrom<Held>('read', 'read', 'write');
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constantFrom('acquire' as const, 'try' as const), mode }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constantFrom(
        'release' as const,
        'release' as const,
        'release' as const,
        'abort' as const,
        'upgrade' as const,
        'tryUpgrade' as const,
        'downgrade' as const,
        'abortUpgrade' as const,
      ),
      pick: fc.nat(),
    }),
  },
  // Some steps follow one another in one tick, others let promises settle first.
  { weight: 4, arbitrary: fc.record({ type: fc.constant('settle' as const) }) },
);

it('does what the model does, for any interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 100 }), async (steps) => {
      const lock = new RwLock();
      const model = new Model();
      const permits = new Map<number, RwPermit>();
      const stops = new Map<number, AbortController>();
      let upgrade: { id: number; stop: AbortController; answer: unknown } | undefined;
      let ids = 0;

      const check = (): void => {
        const modes = [...model.inside.values()];
        expect(lock.isWriting).toBe(model.isWriting);
        expect(lock.readers).toBe(modes.filter((held) => held === 'read').length);
        expect(modes.length === 1 || !model.isWriting).toBe(true);
        expect(lock.waiting).toBe(model.line.length + (model.upgrader === undefined ? 0 : 1));
        for (const [id, permit] of permits) expect(permit.mode).toBe(model.inside.get(id));
      };
      const settle = async (): Promise<void> => {
        await tick();
        expect(new Set(permits.keys())).toEqual(new Set(model.inside.keys()));
        expect(upgrade?.answer).toBe(model.answer);
      };
      for (const current of steps) {
        if (!('pick' in current || 'mode' in current)) {
          await settle();
        } else if ('mode' in current && current.type === 'acquire') {
          const id = ids++;
          const stop = new AbortController();
          stops.set(id, stop);
          const { signal } = stop;
          const turn = current.mode === 'read' ? lock.acquireRead({ signal }) : lock.acquireWrite({ signal });
          turn.then(
            (permit) => permits.set(id, permit),
            () => undefined,
          );
          model.ask(id, current.mode);
        } else if ('mode' in current) {
          const id = ids++;
          const permit = current.mode === 'read' ? lock.tryAcquireRead() : lock.tryAcquireWrite();
          expect(permit !== undefined).toBe(model.mayEnter(current.mode));
          if (permit !== undefined) {
            permits.set(id, permit);
            model.ask(id, current.mode);
          }
        } else if (current.type === 'abort') {
          const id = [...stops.keys()][current.pick % Math.max(1, stops.size)];
          if (id === undefined) continue;
          stops.get(id)?.abort();
          model.leave(id);
        } else if (current.type === 'abortUpgrade') {
          if (upgrade === undefined || model.upgrader !== upgrade.id) continue;
          upgrade.stop.abort();
          model.stopUpgrading();
        } else {
          const id = [...permits.keys()][current.pick % Math.max(1, permits.size)];
          const permit = id === undefined ? undefined : permits.get(id);
          if (id === undefined || permit === undefined) continue;
          if (current.type === 'release') {
            permit.release();
            permit.release();
            permits.delete(id);
            model.release(id);
          } else if (current.type === 'tryUpgrade') {
            expect(permit.tryUpgrade()).toBe(model.tryUpgrade(id));
          } else if (current.type === 'downgrade') {
            permit.downgrade();
            model.downgrade(id);
          } else {
            const asked: typeof upgrade = { id, stop: new AbortController(), answer: undefined };
            const turn = permit.upgrade({ signal: asked.stop.signal }).then(
              (answer) => (asked.answer = answer),
              () => (asked.answer = 'aborted'),
            );
            const expected = model.upgrade(id);
            if (expected === undefined) upgrade = asked;
            else expect(await turn).toBe(expected);
          }
        }
        check();
      }
      await settle();
      while (model.inside.size > 0) {
        for (const [id, permit] of permits) {
          permits.delete(id);
          permit.release();
          model.release(id);
        }
        check();
        await tick();
      }
      expect([lock.readers, lock.isWriting, lock.waiting]).toEqual([0, false, 0]);
    }),
    { numRuns: 300 },
  );
});
