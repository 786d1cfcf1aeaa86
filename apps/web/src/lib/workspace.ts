import type { Role, Tenant } from '@zaphub/types';
import { createContext, use } from 'react';

/** The tenant on screen and what the signed-in person may do in it. */
export interface Workspace {
  tenant: Tenant;
  role: Role;
  email: string;
  all: readonly { tenant: Tenant; role: Role }[];
  switchTo: (tenantId: string) => void;
}

/** Holds the workspace for the screens inside it. */
export const WorkspaceContext = createContext<Workspace | null>(null);

/**
 * The workspace on screen.
 *
 * @throws Error outside of a workspace.
 */
export function useWorkspace(): Workspace {
  const workspace = use(WorkspaceContext);
  if (workspace === null) throw new Error('useWorkspace outside of its provider');
  return workspace;
}

const ranks: Record<Role, number> = { viewer: 0, operator: 1, admin: 2, owner: 3 };

/** Whether the person's role is at least `needed`. The server decides; this only keeps useless buttons away. */
export function useCan(needed: Role): boolean {
  return ranks[useWorkspace().role] >= ranks[needed];
}
