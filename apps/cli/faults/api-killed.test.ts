import { setTimeout as pause } from 'node:timers/promises';
import { readJournal } from '@zaphub/providers';
import type { Campaign, Page, Template } from '@zaphub/types';
import { expect, onTestFinished, test } from 'vitest';
import { startInstallation } from './installation.ts';

test('kill -9 of the api in the middle of a campaign: it goes on, and the next api shows it to its end', async () => {
  const zaphub = await startInstallation();
  onTestFinished(() => zaphub.close());
  await zaphub.call('POST', '/sample-data');
  const templates = await zaphub.call<Page<Template>>('GET', '/templates');
  const draft = await zaphub.call<Campaign>('POST', '/campaigns', {
    name: 'June',
    template_id: templates.data[0]?.id,
    audience: { kind: 'all' },
    rate_per_second: 10,
  });
  await zaphub.call('POST', `/campaigns/${draft.id}/start`);
  const read = (): Promise<Campaign> => zaphub.call<Campaign>('GET', `/campaigns/${draft.id}`);

  let campaign = await read();
  for (
    ;
    campaign.counters.total === 0 || campaign.counters.total - campaign.counters.open < 10;
    campaign = await read()
  ) {
    await pause(50);
  }
  expect(campaign.status).toBe('running');
  await zaphub.killApi();
  for (campaign = await read(); campaign.status === 'running'; campaign = await read()) await pause(100);

  const { total, sent, delivered, skipped } = campaign.counters;
  expect(campaign.status).toBe('completed');
  expect(campaign.counters).toMatchObject({ open: 0, failed: 0, dlq: 0, unknown: 0 });
  const journal = await readJournal(zaphub.journalDir);
  expect(journal).toMatchObject({ deliveries: total - skipped, duplicates: 0 });
  expect(sent + delivered + campaign.counters.read).toBe(total - skipped);
});
