import { campaignStatus } from '@zaphub/types';
import { expect, test } from 'vitest';
import { assertCanMove } from './campaign-states.ts';
import type { CampaignMove } from './campaign-states.ts';

const allowed: Record<CampaignMove, string> = {
  delete: 'draft',
  schedule: 'draft scheduled',
  start: 'draft scheduled',
  pause: 'preparing running',
  resume: 'paused',
  cancel: 'scheduled preparing running paused',
  decide_unknown: 'running paused completed',
  change_hours: 'draft scheduled preparing running paused',
};

test.each(Object.entries(allowed))('%s is possible only from: %s', (move, states) => {
  const possible = campaignStatus.options.filter((from) => {
    try {
      // The keys of the table above are moves.
      assertCanMove(from, move as CampaignMove);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'campaign_state', details: { from, move } });
      return false;
    }
  });
  expect(possible.sort()).toEqual(states.split(' ').sort());
});
