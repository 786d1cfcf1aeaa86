import { AppError } from '@zaphub/types';
import type { CampaignStatus, LocalText } from '@zaphub/types';

/** What people (and the clock, for `start`) do to a campaign. */
export type CampaignMove =
  'delete' | 'schedule' | 'start' | 'pause' | 'resume' | 'cancel' | 'decide_unknown' | 'change_hours';

/** From where each move is allowed; a move from anywhere else is `campaign_state`. */
const allowedFrom: Record<CampaignMove, readonly CampaignStatus[]> = {
  delete: ['draft'],
  schedule: ['draft', 'scheduled'],
  start: ['draft', 'scheduled'],
  pause: ['preparing', 'running'],
  resume: ['paused'],
  cancel: ['scheduled', 'preparing', 'running', 'paused'],
  decide_unknown: ['running', 'paused', 'completed'],
  change_hours: ['draft', 'scheduled', 'preparing', 'running', 'paused'],
};

/** Where each move leads; `resume` leads to where the pause came from, the last two nowhere of themselves. */
const leadsTo: Record<CampaignMove, CampaignStatus | 'before_pause' | 'gone' | 'same'> = {
  delete: 'gone',
  schedule: 'scheduled',
  start: 'preparing',
  pause: 'paused',
  resume: 'before_pause',
  cancel: 'cancelled',
  decide_unknown: 'same',
  change_hours: 'same',
};

const statusWords: Readonly<Record<CampaignStatus, LocalText>> = {
  draft: { en: 'a draft', 'pt-BR': 'em rascunho' },
  scheduled: { en: 'scheduled', 'pt-BR': 'agendada' },
  preparing: { en: 'being prepared', 'pt-BR': 'em preparação' },
  running: { en: 'being sent', 'pt-BR': 'em envio' },
  paused: { en: 'paused', 'pt-BR': 'pausada' },
  completed: { en: 'completed', 'pt-BR': 'concluída' },
  cancelled: { en: 'cancelled', 'pt-BR': 'cancelada' },
  failed: { en: 'failed', 'pt-BR': 'com falha' },
};

/** @throws AppError `campaign_state` with `details { from, to, move }` when the campaign cannot do this now */
export function assertCanMove(from: CampaignStatus, move: CampaignMove): void {
  if (allowedFrom[move].includes(from)) return;
  throw new AppError('campaign_state', `a ${from} campaign cannot ${move}`, {
    publicMessage: {
      en: `This campaign is ${statusWords[from].en}: it cannot do that now.`,
      'pt-BR': `Esta campanha está ${statusWords[from]['pt-BR']}: isso não é possível agora.`,
    },
    details: { from, to: leadsTo[move], move },
  });
}
