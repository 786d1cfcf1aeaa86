import type { Database, TenantScope } from '@zaphub/db';
import type { Holiday } from '@zaphub/types';
import { listHolidays, replaceHolidays } from '../holidays.ts';
import { redateRecipients } from '../recipient-times.ts';
import { readTimes, setOpening } from '../set-opening.ts';

/** Sets the days on which the tenant's campaigns with hours do not send; those that are under way keep to it at once. */
export async function setHolidays(
  deps: { db: Database },
  scope: TenantScope,
  holidays: readonly Holiday[],
): Promise<Holiday[]> {
  return deps.db.tenant(scope, async (tx) => {
    await replaceHolidays(scope, tx, holidays);
    const underWay = await tx.rows<{ id: string; clock: string }>(
      `select id, clock from campaigns where tenant_id = $1 and kind = 'campaign' and hours is not null
         and status in ('preparing', 'running', 'paused') order by id for no key update`,
      [scope.tenantId],
    );
    for (const { id, clock } of underWay) {
      await setOpening(scope, tx, id);
      if (clock !== 'recipient') continue;
      const times = await readTimes(scope, tx, id);
      await redateRecipients(scope, tx, { campaignId: id, times, which: 'all' });
    }
    return listHolidays(scope, tx);
  });
}
