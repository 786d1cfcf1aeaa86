import type { CampaignStall } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { useHoldWords } from '#features/connections/index.ts';
import { useFormat } from '#lib/use-format.ts';
import { useWorkspace } from '#lib/workspace.ts';

/** Why a campaign stands still, what to do, and when it goes on by itself, if that is known. */
interface StallWords {
  what: string;
  /** What is behind it, such as the cause of a hold. */
  why: string | null;
  remedy: string;
  until: string | null;
}

/** Waits of a moment, which explain nothing. */
const paces: ReadonlySet<string> = new Set(['connection_rate', 'campaign_rate', 'tenant_rate', 'pool_turn']);

/** Plain words for a campaign that does not move. */
export function useStallWords(): (stall: CampaignStall) => StallWords {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const holdWords = useHoldWords();
  const { tenant } = useWorkspace();
  return ({ cause, detail, until }) => ({
    what: t(`campaigns.stall.cause.${cause}.what`),
    why: detail === null ? null : whyOf(detail),
    remedy: t(`campaigns.stall.cause.${cause}.remedy`),
    until:
      until === null ? null : t('campaigns.stall.until', { when: format.dateTime(until, tenant.timezone) }),
  });

  /** The state of a number, what all numbers of a pool wait for, or the cause of a hold. */
  function whyOf(detail: string): string | null {
    if (paces.has(detail)) return null;
    const known = [`connections.statusNote.${detail}`, `campaigns.stall.why.${detail}`].find((key) =>
      i18n.exists(key),
    );
    return known === undefined ? holdWords(detail) : t(known);
  }
}
