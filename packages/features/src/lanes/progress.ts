import type { Database } from '@zaphub/db';
import { systemScope } from '@zaphub/db';
import type { Logger } from '@zaphub/telemetry';
import { type CampaignStatus, type MessageState, toPublicId } from '@zaphub/types';
import { publishMessageChanges } from '../direct-messages/index.ts';
import { publish } from '../events/index.ts';

const everyMs = 500;
/** What was told about direct messages is kept in mind for a minute of silence. */
const rememberTicks = 120;

/** A campaign whose numbers have changed. */
export interface ChangedCampaign {
  readonly id: string;
  readonly tenantId: string;
}

/** Tells the people who watch a campaign how it goes, at most twice a second each. */
export interface ProgressPublisher {
  changed(campaign: ChangedCampaign): void;
  /** Publishes what is still unsaid, then stops. */
  close(): Promise<void>;
}

interface Watched {
  readonly tenantId: string;
  isDirty: boolean;
  lastDone: number;
  lastAtMs: number;
  /** What was told about direct messages, which have no numbers together. */
  readonly told: Map<string, MessageState>;
  idleTicks: number;
}

interface Numbers {
  readonly kind: 'campaign' | 'direct';
  readonly status: CampaignStatus;
  readonly total: number;
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
  readonly failed: number;
  readonly dlq: number;
  readonly skipped: number;
  readonly unknown: number;
}

/** Publishes from the counters; one small transaction for each campaign that changed. */
export function startProgressPublisher(deps: {
  readonly db: Database;
  readonly logger: Logger;
}): ProgressPublisher {
  const watched = new Map<string, Watched>();
  let isBusy = false;
  let running: Promise<void> = Promise.resolve();

  const publishAll = async (): Promise<void> => {
    for (const [id, one] of watched) {
      if (!one.isDirty) {
        if (one.told.size === 0 || ++one.idleTicks > rememberTicks) watched.delete(id);
        continue;
      }
      one.isDirty = false;
      one.idleTicks = 0;
      try {
        await publishOne(deps.db, id, one);
      } catch (error) {
        // The next change publishes the same numbers; only the live view is late.
        deps.logger.warn('could not publish progress', { campaign: id, error });
      }
    }
  };
  const tick = (): void => {
    if (isBusy || watched.size === 0) return;
    isBusy = true;
    running = publishAll().finally(() => {
      isBusy = false;
    });
  };
  const timer = setInterval(tick, everyMs);
  timer.unref();
  return {
    changed({ id, tenantId }) {
      const one = watched.get(id);
      if (one === undefined) {
        watched.set(id, { tenantId, isDirty: true, lastDone: 0, lastAtMs: 0, told: new Map(), idleTicks: 0 });
      } else {
        one.isDirty = true;
      }
    },
    async close() {
      clearInterval(timer);
      await running;
      await publishAll();
    },
  };
}

async function publishOne(db: Database, id: string, watched: Watched): Promise<void> {
  await db.system(async (tx) => {
    const n = await tx.maybeOne<Numbers>(
      `select c.kind, c.status, n.total, n.sent, n.delivered, n.read, n.failed, n.dlq, n.skipped, n.unknown
       from campaigns c join campaign_counters n on n.campaign_id = c.id where c.id = $1`,
      [id],
    );
    if (n === undefined) return;
    if (n.kind === 'direct') {
      await publishMessageChanges(tx, { id, tenantId: watched.tenantId }, watched.told);
      return;
    }
    const { kind: _kind, status, ...buckets } = n;
    const done = n.sent + n.delivered + n.read + n.failed + n.dlq + n.skipped + n.unknown;
    const nowMs = performance.now();
    const seconds = (nowMs - watched.lastAtMs) / 1000;
    const isComparable = watched.lastAtMs > 0 && seconds < 10;
    const rate = isComparable ? Math.max(0, Math.round((done - watched.lastDone) / seconds)) : null;
    watched.lastDone = done;
    watched.lastAtMs = nowMs;
    await publish(tx, systemScope(watched.tenantId), `campaign:${id}`, {
      type: 'campaign.changed',
      data: {
        id: toPublicId('campaign', id),
        status,
        counters: { ...buckets, open: n.total - done },
        rate_per_second: status === 'running' ? rate : null,
      },
    });
  });
}
