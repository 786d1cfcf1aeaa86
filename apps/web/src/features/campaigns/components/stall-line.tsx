import type { CampaignStall } from '@zaphub/types';
import { TriangleAlert } from 'lucide-react';
import { useStallWords } from './use-stall-words.ts';

/** In a list, beneath its campaign: why it stands still. */
export function StallLine({ stall }: { stall: CampaignStall }) {
  const { what, until } = useStallWords()(stall);
  return (
    <p className="flex items-start gap-1.5 text-[0.8125rem] leading-snug text-pretty text-warning-text sm:col-span-3">
      <TriangleAlert aria-hidden className="mt-px size-4 shrink-0" />
      <span className="min-w-0">{[what, until].filter((part) => part !== null).join(' ')}</span>
    </p>
  );
}
