import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { EventLog } from './event-log.ts';
import { eventually } from './eventually.ts';

/** An event log under test, and how events get into and out of it. */
export interface TestedLog {
  readonly log: EventLog;
  publish(tenantId: string, topic: string, type: string, payload: unknown): Promise<number>;
  forget(tenantId: string, throughOffset: number): Promise<void>;
  close(): Promise<void>;
}

/** What every event log promises. */
export function describeEventLog(name: string, open: () => Promise<TestedLog>): void {
  describe(`${name} event log`, () => {
    let tested: TestedLog;
    beforeAll(async () => {
      tested = await open();
    });
    afterAll(() => tested.close());

    test('numbers the events of each tenant from 1 without gaps, and keeps its epoch', async () => {
      const [a, b] = [randomUUID(), randomUUID()];
      expect(await tested.publish(a, 'campaign:1', 'campaign.changed', { n: 1 })).toBe(1);
      expect(await tested.publish(a, 'import:2', 'import.changed', { n: 2 })).toBe(2);
      expect(await tested.publish(b, 'campaign:3', 'campaign.changed', { n: 3 })).toBe(1);
      const head = await tested.log.head(a);
      expect(head.lastOffset).toBe(2);
      await tested.publish(a, 'campaign:1', 'campaign.changed', { n: 4 });
      expect(await tested.log.head(a)).toEqual({ epoch: head.epoch, lastOffset: 3 });
    });

    test('reads in order after an offset, at most as many as asked for, of one tenant only', async () => {
      const [a, b] = [randomUUID(), randomUUID()];
      await tested.publish(b, 'campaign:1', 'campaign.changed', { of: 'b' });
      for (const n of [1, 2, 3, 4]) await tested.publish(a, 'campaign:1', 'campaign.changed', { n });
      const { epoch } = await tested.log.head(a);
      expect(await tested.log.read(a, 1, 2)).toEqual({
        epoch,
        events: [
          { offset: 2, topic: 'campaign:1', type: 'campaign.changed', payload: { n: 2 } },
          { offset: 3, topic: 'campaign:1', type: 'campaign.changed', payload: { n: 3 } },
        ],
      });
      expect(await tested.log.read(a, 4, 10)).toEqual({ epoch, events: [] });
      expect((await tested.log.read(randomUUID(), 0, 10)).events).toEqual([]);
    });

    test('keeps counting when old events are forgotten', async () => {
      const tenantId = randomUUID();
      for (const n of [1, 2, 3]) await tested.publish(tenantId, 'campaign:1', 'campaign.changed', { n });
      await tested.forget(tenantId, 2);
      expect((await tested.log.read(tenantId, 0, 10)).events.map((event) => event.offset)).toEqual([3]);
      await tested.forget(tenantId, 3);
      expect((await tested.log.head(tenantId)).lastOffset).toBe(3);
      expect(await tested.publish(tenantId, 'campaign:1', 'campaign.changed', {})).toBe(4);
    });

    test('announces what was published to every listener, until it closes', async () => {
      const tenantId = randomUUID();
      const heard: [string, number][] = [];
      const first = await tested.log.listen(() => undefined, vi.fn());
      const second = await tested.log.listen((tenant, offset) => heard.push([tenant, offset]), vi.fn());
      await first.close();
      await first.close();
      await tested.publish(tenantId, 'campaign:1', 'campaign.changed', {});
      await eventually(() => expect(heard).toEqual([[tenantId, 1]]));
      await second.close();
      await tested.publish(tenantId, 'campaign:1', 'campaign.changed', {});
      expect(heard).toHaveLength(1);
    });
  });
}
