import { AppError } from '@zaphub/types';
import { onceAWhile } from './once-a-while.ts';

/** What one check has found; everything else in it is shown as it is. */
export interface Finding {
  readonly status: 'ok' | 'degraded' | 'failed';
  /** Why it is not `ok`, in words. */
  readonly reason?: string;
  readonly [detail: string]: unknown;
}

/** One thing that is looked at. */
export interface HealthCheck {
  readonly name: string;
  /** Without it no request can be answered: the process wants no traffic. */
  readonly isRequired: boolean;
  /** Rejecting is `failed`; the words of an `AppError` are shown, of anything else only that it failed. */
  run(): Promise<Finding> | Finding;
}

/** Everything that was found. */
export interface HealthReport {
  /** `unavailable`: something required failed. `degraded`: anything else is not `ok`. */
  readonly status: 'ok' | 'degraded' | 'unavailable';
  /** Of the first that matters most. */
  readonly reason: string | undefined;
  readonly checks: Readonly<Record<string, Finding>>;
}

/** Looks at everything when asked, but not more often than once in a while. */
export interface Health {
  report(): Promise<HealthReport>;
}

/** Settings of {@link createHealth}; each has a default. */
export interface HealthOptions {
  /** A report is at most this old. Default 1 000. */
  readonly keepMs?: number;
  /** A check that takes longer has failed. Default 2 000. */
  readonly timeoutMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/**
 * However many ask, each check runs once at a time and at most once in `keepMs`. One that does not come back is not
 * begun a second time before it has.
 */
export function createHealth(checks: readonly HealthCheck[], options: HealthOptions = {}): Health {
  const { keepMs = 1_000, timeoutMs = 2_000, now = () => performance.now() } = options;
  const guarded = checks.map((check) => ({ ...check, run: guard(check, timeoutMs) }));
  const look = async (): Promise<HealthReport> => {
    const found = await Promise.all(
      guarded.map(async ({ name, isRequired, run }) => ({ name, isRequired, finding: await run() })),
    );
    const broken = found.find(({ isRequired, finding }) => isRequired && finding.status === 'failed');
    const weak = found.find(({ finding }) => finding.status !== 'ok');
    return {
      status: broken ? 'unavailable' : weak ? 'degraded' : 'ok',
      reason: (broken ?? weak)?.finding.reason,
      checks: Object.fromEntries(found.map(({ name, finding }) => [name, finding])),
    };
  };
  return { report: onceAWhile(look, { keepMs, now }) };
}

/** The check as one that always answers, in time. */
function guard(check: HealthCheck, timeoutMs: number): () => Promise<Finding> {
  let pending: Promise<Finding> | undefined;
  return async () => {
    const running = (pending ??= begin(check).finally(() => {
      pending = undefined;
    }));
    const late = Promise.withResolvers<Finding>();
    const reason = `no answer within ${timeoutMs} ms`;
    const timer = setTimeout(() => late.resolve({ status: 'failed', reason }), timeoutMs);
    try {
      return await Promise.race([running, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function begin(check: HealthCheck): Promise<Finding> {
  try {
    return await check.run();
  } catch (error) {
    const reason = error instanceof AppError ? error.message : `${check.name} cannot be asked`;
    return { status: 'failed', reason };
  }
}
