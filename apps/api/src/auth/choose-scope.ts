import type { TenantScope } from '@zaphub/db';
import type { Membership, SignedInUser } from '@zaphub/features';
import { AppError, fromPublicId, type Role } from '@zaphub/types';
import type { Memberships } from './memberships.ts';

/**
 * The tenant of a request: the one of the `X-Tenant-Id` header, or the person's only one. A tenant they are not
 * in answers like one that does not exist.
 * @throws AppError `not_found`, `forbidden`, `bad_request`
 */
export async function chooseScope(
  memberships: Memberships,
  user: SignedInUser,
  header: string | undefined,
): Promise<TenantScope> {
  const membership =
    header === undefined
      ? onlyOne(await memberships.of(user.userId))
      : await namedOne(memberships, user.userId, header);
  return {
    tenantId: membership.tenantId,
    actor: { kind: 'user', userId: user.userId },
    role: membership.role,
  };
}

const rank: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2, owner: 3 };

/** @throws AppError `forbidden` when the role in the scope is less than what is needed */
export function requireRole(scope: TenantScope, needed: Role): void {
  if (rank[scope.role] < rank[needed]) {
    throw new AppError('forbidden', `needs the role ${needed}, has ${scope.role}`);
  }
}

function onlyOne(memberships: readonly Membership[]): Membership {
  const [first, second] = memberships;
  if (first === undefined) throw new AppError('forbidden', 'the person is in no tenant');
  if (second !== undefined) {
    throw new AppError('bad_request', 'the person is in several tenants', {
      publicMessage: {
        en: 'You belong to several tenants. Name one in the X-Tenant-Id header.',
        'pt-BR': 'Você participa de várias contas. Indique uma no cabeçalho X-Tenant-Id.',
      },
    });
  }
  return first;
}

async function namedOne(memberships: Memberships, userId: string, header: string): Promise<Membership> {
  const tenantId = fromPublicId('tenant', header);
  const find = (list: readonly Membership[]): Membership | undefined =>
    list.find((membership) => membership.tenantId === tenantId);
  // A membership may be younger than the remembered list.
  const found = find(await memberships.of(userId)) ?? find(await memberships.freshOf(userId));
  if (!found) throw new AppError('not_found', 'no such tenant for this person');
  return found;
}
