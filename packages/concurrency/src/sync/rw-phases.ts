import type { LockMode, LockObserver } from '../inspect/observe.ts';
import { type Waiter, WaitQueue } from '../waiting/wait-queue.ts';
import { RwPermit, type RwPermitSource, setMode } from './rw-permit.ts';
import { SyncClosedError } from './sync-closed-error.ts';

/**
 * Decides who is inside an `RwLock`. Phases alternate: a reader that comes while a writer waits lets it go first;
 * when a writer goes, all readers that wait at that moment come in together, then the next writer. So a writer waits
 * for one phase of readers at most, and a reader for one writer. Writing by an upgrade belongs to the readers' phase:
 * after it comes the writer that waits, so that readers which upgrade one after the other cannot keep it waiting.
 *
 * Whenever nobody is inside, nobody waits.
 */
export class RwPhases implements RwPermitSource {
  observer: LockObserver | undefined = undefined;
  /** Readers inside, also the one that waits to become the writer. */
  #readers = 0;
  #isWriting = false;
  /** The last to write came in as a reader. */
  #hasUpgraded = false;
  readonly #waitingReaders = new WaitQueue<RwPermit, LockMode>((waiter) => this.#afterAbort(waiter));
  readonly #waitingWriters = new WaitQueue<RwPermit, LockMode>((waiter) => this.#afterAbort(waiter));
  /** One at most: two would wait for each other. */
  readonly #upgrader = new WaitQueue<boolean, RwPermit>((waiter) => this.#afterAbort(waiter));
  readonly #onJoined = (waiter: Waiter<RwPermit, LockMode>): void =>
    this.observer?.blocked(waiter, 1, waiter.ask);
  #closing: PromiseWithResolvers<void> | undefined = undefined;

  get readers(): number {
    return this.#readers;
  }

  get isWriting(): boolean {
    return this.#isWriting;
  }

  get waiting(): number {
    return this.#waitingReaders.size + this.#waitingWriters.size + this.#upgrader.size;
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  tryRead(): RwPermit | undefined {
    if (this.#isWriting || this.#waitingWriters.size > 0 || this.#upgrader.size > 0) return undefined;
    if (this.#closing !== undefined) return undefined;
    this.#readers++;
    const permit = new RwPermit(this, 'read');
    this.observer?.acquired(permit, 1, 'shared');
    return permit;
  }

  tryWrite(): RwPermit | undefined {
    if (this.#isWriting || this.#readers > 0 || this.#closing !== undefined) return undefined;
    this.#isWriting = true;
    this.#hasUpgraded = false;
    const permit = new RwPermit(this, 'write');
    this.observer?.acquired(permit, 1, 'exclusive');
    return permit;
  }

  /** Joins the line of those for whom `tryRead` or `tryWrite` had nothing. */
  wait(mode: 'read' | 'write', signal: AbortSignal | undefined): Promise<RwPermit> {
    if (this.#closing !== undefined) return Promise.reject(new SyncClosedError('read-write lock'));
    const onJoined = this.observer && this.#onJoined;
    return mode === 'read'
      ? this.#waitingReaders.wait('shared', signal, onJoined)
      : this.#waitingWriters.wait('exclusive', signal, onJoined);
  }

  tryUpgrade(permit: RwPermit): boolean {
    if (this.#readers > 1) return false;
    this.#toWriter(permit);
    this.observer?.acquired(permit, 1, 'exclusive');
    return true;
  }

  upgrade(permit: RwPermit, signal: AbortSignal | undefined): Promise<boolean> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.tryUpgrade(permit)) return Promise.resolve(true);
    if (this.#upgrader.size > 0) return Promise.resolve(false);
    if (this.#closing !== undefined) return Promise.reject(new SyncClosedError('read-write lock'));
    return this.#upgrader.wait(permit, signal, (waiter) => this.observer?.blocked(waiter, 1, 'upgrade'));
  }

  downgrade(permit: RwPermit): void {
    permit[setMode]('read');
    this.#isWriting = false;
    this.#readers = 1;
    this.observer?.acquired(permit, 1, 'shared');
    if (!this.#isWritersTurn) this.#letReadersIn();
  }

  release(permit: RwPermit): void {
    const { mode } = permit;
    permit[setMode]('released');
    if (mode === 'write') this.#isWriting = false;
    else this.#leaveReading(permit);
    this.observer?.released(permit);
    if (mode === 'write' && this.#waitingReaders.size > 0 && !this.#isWritersTurn) this.#letReadersIn();
    else this.#serve();
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = Promise.withResolvers();
      const closed = new SyncClosedError('read-write lock');
      this.#refuseAll(this.#upgrader, closed);
      this.#refuseAll(this.#waitingWriters, closed);
      this.#refuseAll(this.#waitingReaders, closed);
      this.#serve();
    }
    return this.#closing.promise;
  }

  /** Whether a writer that waits comes before readers that wait, when one who wrote has done so. */
  get #isWritersTurn(): boolean {
    return this.#hasUpgraded && this.#waitingWriters.size > 0;
  }

  #leaveReading(permit: RwPermit): void {
    this.#readers--;
    const upgrader = this.#upgrader.first;
    if (upgrader?.ask !== permit) return;
    upgrader.grant(false);
    this.observer?.unblocked(upgrader);
  }

  /** Lets in whoever may come in now, when somebody has left, from inside or out of a line. */
  #serve(): void {
    if (this.#isWriting) return;
    const upgrader = this.#upgrader.first;
    const writer = this.#waitingWriters.first;
    if (upgrader !== undefined) {
      if (this.#readers === 1) this.#grantUpgrade(upgrader);
    } else if (writer === undefined) {
      this.#letReadersIn();
    } else if (this.#readers === 0) {
      this.#isWriting = true;
      this.#hasUpgraded = false;
      this.#letIn(writer, 'write');
    }
    if (this.#readers === 0 && !this.#isWriting) this.#closing?.resolve();
  }

  #letReadersIn(): void {
    for (let first = this.#waitingReaders.first; first !== undefined; first = this.#waitingReaders.first) {
      this.#readers++;
      this.#letIn(first, 'read');
    }
  }

  #letIn(waiter: Waiter<RwPermit, LockMode>, mode: 'read' | 'write'): void {
    const permit = new RwPermit(this, mode);
    waiter.grant(permit);
    this.observer?.unblocked(waiter, permit);
  }

  #grantUpgrade(upgrader: Waiter<boolean, RwPermit>): void {
    this.#toWriter(upgrader.ask);
    upgrader.grant(true);
    this.observer?.unblocked(upgrader, upgrader.ask);
  }

  /** The only reader becomes the writer. */
  #toWriter(permit: RwPermit): void {
    permit[setMode]('write');
    this.#readers = 0;
    this.#isWriting = true;
    this.#hasUpgraded = true;
  }

  #afterAbort(waiter: object): void {
    this.observer?.unblocked(waiter);
    this.#serve();
  }

  #refuseAll<T, Ask>(line: WaitQueue<T, Ask>, reason: unknown): void {
    for (let first = line.first; first !== undefined; first = line.first) {
      first.refuse(reason);
      this.observer?.unblocked(first);
    }
  }
}
