import type { SchedulePreview } from '@zaphub/types';
import { createInstance } from 'i18next';
import { expect, test } from 'vitest';
import { messages } from '#i18n/en/index.ts';
import { createFormat } from '#lib/format.ts';
import { scheduleSentences } from './schedule-sentences.ts';

const preview: SchedulePreview = {
  recipients: 3,
  too_late: 0,
  starts_at: '2026-11-23T23:00:00.000Z',
  first_at: '2026-11-23T23:00:00.000Z',
  last_zone_at: '2026-11-23T23:00:00.000Z',
  finishes_at: null,
  wait: null,
  zones: [],
  more_zones: 0,
};

async function say(parts: Partial<SchedulePreview>, latePolicy: 'send' | 'skip' = 'send'): Promise<string> {
  const i18n = createInstance();
  await i18n.init({
    lng: 'en',
    resources: { en: { translation: messages } },
    interpolation: { escapeValue: false },
  });
  const schedule = {
    starts_at_local: '2026-11-23T20:00',
    timezone: 'America/Sao_Paulo',
    clock: 'recipient' as const,
    late_policy: latePolicy,
    late_after_seconds: 3600,
  };
  return scheduleSentences(i18n.t, createFormat('en'), { preview: { ...preview, ...parts }, schedule }).join(
    ' ',
  );
}

test('a start within the hours is the start, and nobody pretends to know an end', async () => {
  expect(await say({})).toMatch(/^The first message leaves on Mon, Nov 23, 2026, 08:00 PM.* as fast as/);
});

test('a start in the evening says when it really begins and why', async () => {
  const morning = { first_at: '2026-11-24T12:00:00.000Z', last_zone_at: '2026-11-24T12:00:00.000Z' };
  expect(await say({ ...morning, wait: { cause: 'hours', holiday: null } })).toMatch(
    /outside the sending hours.*Nov 24, 2026, 09:00 AM/,
  );
  expect(await say({ ...morning, wait: { cause: 'holiday', holiday: 'Natal' } })).toContain('Natal');
  expect(await say({ ...morning, wait: { cause: 'holiday', holiday: '' } })).toContain('without sending');
});

test('zones that are later and zones that are past are told', async () => {
  const spread = await say({ last_zone_at: '2026-11-24T12:00:00.000Z', too_late: 2 }, 'skip');
  expect(spread).toMatch(/last zone begins.*2 people.*left out/);
});
