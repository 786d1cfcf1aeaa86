import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { listenForStop } from './stop-signals.ts';

function setUp() {
  const source = new EventEmitter();
  const clock = { nowMs: 0 };
  return { source, clock, stop: listenForStop(source, () => clock.nowMs) };
}

describe('listenForStop', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])('asks to stop at %s', (event) => {
    const { source, stop } = setUp();
    source.emit(event);
    expect(stop.signal.aborted).toBe(true);
    expect(stop.force.aborted).toBe(false);
  });

  it('takes the second Ctrl-C of one keypress for the same wish', () => {
    const { source, clock, stop } = setUp();
    source.emit('SIGINT');
    clock.nowMs = 40;
    source.emit('SIGINT');
    expect(stop.force.aborted).toBe(false);
  });

  it('forces when it is asked again', () => {
    const { source, clock, stop } = setUp();
    source.emit('SIGINT');
    clock.nowMs = 1_500;
    source.emit('SIGINT');
    expect(stop.force.aborted).toBe(true);
  });
});
