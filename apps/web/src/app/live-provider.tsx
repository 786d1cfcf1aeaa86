import type { LiveEvent } from '@zaphub/types';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { applyCampaignEvent } from '#features/campaigns/index.ts';
import { applyConnectionEvent } from '#features/connections/index.ts';
import { applyImportEvent } from '#features/imports/index.ts';
import { applyConversationEvent } from '#features/inbox/index.ts';
import { type LiveState, LiveStateContext } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';

/** Keeps the workspace's event stream open and writes what it says into the cache, one commit per frame. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const api = useApi();
  const queryClient = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    let close = () => {};
    let cancelled = false;
    // Its own chunk: it validates events with the contracts, which the first paint does not need.
    void import('#lib/live-client.ts').then(({ createLiveClient }) => {
      if (cancelled) return;
      const client = createLiveClient({
        open: (lastEventId, signal) =>
          api.stream('/events', {
            signal,
            headers: {
              accept: 'text/event-stream',
              ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
            },
          }),
        onEvents: (events) => events.forEach(apply),
        onState: setState,
        random: Math.random,
        setTimer: (callback, ms) => {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
        nextFrame: (callback) => {
          // A hidden tab has no frames.
          if (document.hidden) setTimeout(callback, 250);
          else requestAnimationFrame(callback);
        },
      });
      close = client.close;
    });
    return () => {
      cancelled = true;
      close();
    };

    function apply(event: LiveEvent): void {
      switch (event.type) {
        case 'campaign.changed':
          applyCampaignEvent(queryClient, api.tenantId, event.data);
          return;
        case 'import.changed':
          applyImportEvent(queryClient, api.tenantId, event.data);
          return;
        case 'connection.changed':
          applyConnectionEvent(queryClient, api.tenantId, event.data);
          return;
        case 'conversation.changed':
          applyConversationEvent(queryClient, api.tenantId, event.data);
          return;
        case 'reset':
          void queryClient.invalidateQueries({ queryKey: [api.tenantId] });
          return;
        // Nothing here shows messages that were sent one by one.
        case 'message.changed':
        case 'closing':
      }
    }
  }, [api, queryClient]);

  return <LiveStateContext value={state}>{children}</LiveStateContext>;
}
