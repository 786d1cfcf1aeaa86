// Preloaded into a worker: its wall clock is ahead by CLOCK_AHEAD_MS. Monotonic time is not touched.
const aheadMs = Number(process.env['CLOCK_AHEAD_MS'] ?? 0);
const realNow = Date.now.bind(Date);
const RealDate = Date;

class SkewedDate extends RealDate {
  constructor(...args: [] | [number | string | Date]) {
    if (args.length === 0) super(realNow() + aheadMs);
    else super(args[0]);
  }

  static override now(): number {
    return realNow() + aheadMs;
  }
}

Object.defineProperty(globalThis, 'Date', { value: SkewedDate, configurable: true, writable: true });
