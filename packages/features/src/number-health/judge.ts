/** What is known of a number when it is judged. Counts are since its state last changed, at most for the window. */
export interface HealthFacts {
  readonly state: 'good' | 'slowed' | 'stopped';
  /** Minutes in this state. */
  readonly sinceMinutes: number;
  /** Is the hold still there that its health has put on it? */
  readonly isHeld: boolean;
  /** A number of a person's phone: WhatsApp watches how many people answer it. */
  readonly isPersonal: boolean;
  readonly unansweredLimit: number | null;
  /** Within the last hour. */
  readonly hour: { readonly sent: number; readonly failed: number; readonly blocked: number };
  /** Within the last seven days. */
  readonly week: {
    readonly sent: number;
    readonly failed: number;
    readonly blocked: number;
    readonly replied: number;
  };
}

/** Why a number is slowed or stopped. */
export type HealthCause = 'health_failures' | 'health_blocks' | 'health_no_replies' | 'unanswered_limit';

/** What follows for the number. */
export interface Verdict {
  readonly state: 'good' | 'slowed' | 'stopped';
  /** 100 for a number without any trouble, 0 for one that is about to be lost. */
  readonly score: number;
  readonly cause: HealthCause | null;
  /** The share of its rate at which it goes on. */
  readonly paceShare01: number;
}

/** What a number is judged by: shares of the last hour's messages, and of the answers to the last week's. */
export const healthRules = {
  /** Fewer in the last hour say nothing. */
  leastMessages: 20,
  leastBlocks: 3,
  slow: { failed01: 0.2, blocked01: 0.02 },
  stop: { failed01: 0.5, blocked01: 0.05 },
  /** Fewer in the last week say nothing of answers. */
  replied: { leastMessages: 200, share01: 0.02 },
} as const;

const { leastMessages, leastBlocks, slow, stop, replied } = healthRules;
const quietMinutes = 10;

/**
 * Judges a number. Pure. A stopped one comes back slowed when its hold is over, and a slowed one is good again after ten
 * minutes without half of what slowed it.
 */
export function judge(facts: HealthFacts): Verdict {
  const score = scoreOf(facts);
  const trouble = troubleOf(facts);
  if (trouble?.state === 'stopped') return { ...trouble, score, paceShare01: 0.25 };
  if (facts.state === 'stopped') {
    const cause = trouble?.cause ?? null;
    return facts.isHeld
      ? { state: 'stopped', score, cause, paceShare01: 0.25 }
      : { state: 'slowed', score, cause, paceShare01: 0.25 };
  }
  if (trouble !== undefined) return { ...trouble, score, paceShare01: 0.5 };
  if (facts.state === 'slowed' && (facts.sinceMinutes < quietMinutes || !isQuiet(facts))) {
    return { state: 'slowed', score, cause: null, paceShare01: 0.5 };
  }
  return { state: 'good', score, cause: null, paceShare01: 1 };
}

function troubleOf(facts: HealthFacts): Pick<Verdict, 'state' | 'cause'> | undefined {
  const { hour, week, isPersonal, unansweredLimit } = facts;
  if (unansweredLimit !== null && week.sent - week.replied >= unansweredLimit) {
    return { state: 'stopped', cause: 'unanswered_limit' };
  }
  const asked = hour.sent + hour.failed;
  const [failed01, blocked01] = [share(hour.failed, asked), share(hour.blocked, asked)];
  if (asked >= leastMessages) {
    if (hour.blocked >= leastBlocks && blocked01 >= stop.blocked01) {
      return { state: 'stopped', cause: 'health_blocks' };
    }
    if (failed01 >= stop.failed01) return { state: 'stopped', cause: 'health_failures' };
    if (hour.blocked >= leastBlocks && blocked01 >= slow.blocked01) {
      return { state: 'slowed', cause: 'health_blocks' };
    }
    if (failed01 >= slow.failed01) return { state: 'slowed', cause: 'health_failures' };
  }
  if (isPersonal && week.sent >= replied.leastMessages && share(week.replied, week.sent) < replied.share01) {
    return { state: 'slowed', cause: 'health_no_replies' };
  }
  return undefined;
}

/** Half of what slows a number is not there. */
function isQuiet({ hour }: HealthFacts): boolean {
  const asked = hour.sent + hour.failed;
  return share(hour.failed, asked) < slow.failed01 / 2 && share(hour.blocked, asked) < slow.blocked01 / 2;
}

function scoreOf({ hour, week, isPersonal }: HealthFacts): number {
  const asked = hour.sent + hour.failed;
  const isTelling = asked >= leastMessages;
  const failures = isTelling ? Math.min(1, share(hour.failed, asked) / stop.failed01) : 0;
  const blocks = isTelling ? Math.min(1, share(hour.blocked, asked) / stop.blocked01) : 0;
  const silence =
    isPersonal && week.sent >= replied.leastMessages
      ? Math.max(0, 1 - share(week.replied, week.sent) / (5 * replied.share01))
      : 0;
  return Math.max(0, Math.round(100 - 40 * failures - 45 * blocks - 15 * silence));
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
