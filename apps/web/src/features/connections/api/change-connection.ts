import type { Connection, ConnectionDetail, ConnectionInput, ConnectionPatch } from '@zaphub/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';
import { applyConnectionEvent } from './apply-connection-event.ts';
import { connectionKeys } from './keys.ts';

/** What can be done to a connection by one word. */
export type ConnectionMove =
  | { verb: 'connect'; pairingPhone?: string }
  | { verb: 'disconnect' }
  | { verb: 'hold' }
  | { verb: 'release' };

/** `POST /connections/:id/{connect,disconnect,hold,release}`, and shows the answer at once. */
export function useMoveConnection(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (move: ConnectionMove) =>
      api.post<Connection>(`/connections/${id}/${move.verb}`, bodyOf(move)),
    onSuccess: (connection) => {
      applyConnectionEvent(queryClient, api.tenantId, connection);
      void queryClient.invalidateQueries({ queryKey: [api.tenantId, 'checklist'] });
    },
  });
}

function bodyOf(move: ConnectionMove): unknown {
  if (move.verb === 'connect') {
    return move.pairingPhone === undefined ? {} : { pairing_phone: move.pairingPhone };
  }
  return move.verb === 'hold' ? {} : undefined;
}

/** `POST /connections`. */
export function useCreateConnection() {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: ConnectionInput) => api.post<ConnectionDetail>('/connections', input),
    onSuccess: (made) => {
      queryClient.setQueryData(connectionKeys.detail(api.tenantId, made.id), made);
      void queryClient.invalidateQueries({ queryKey: connectionKeys.list(api.tenantId) });
      void queryClient.invalidateQueries({ queryKey: [api.tenantId, 'checklist'] });
    },
  });
}

/** `PATCH /connections/:id`. */
export function useUpdateConnection(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: ConnectionPatch) => api.patch<ConnectionDetail>(`/connections/${id}`, patch),
    onSuccess: (changed) => {
      queryClient.setQueryData(connectionKeys.detail(api.tenantId, id), changed);
      void queryClient.invalidateQueries({ queryKey: connectionKeys.list(api.tenantId) });
    },
  });
}

/** `DELETE /connections/:id`. */
export function useDeleteConnection(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<undefined>(`/connections/${id}`),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: connectionKeys.detail(api.tenantId, id) });
      void queryClient.invalidateQueries({ queryKey: connectionKeys.list(api.tenantId) });
    },
  });
}
