import type { IncomingHttpHeaders } from 'node:http';
import type { TenantScope } from '@zaphub/db';
import type { Route, SignedInUser } from '@zaphub/features';
import type { Plan } from '@zaphub/types';

/** What is known of a request before anything was looked up. */
export interface ApiRequest {
  readonly route: Pick<Route, 'auth'>;
  readonly headers: IncomingHttpHeaders;
}

/** What handlers may know of who is calling; built before they run. */
export interface ApiContext {
  /** The signed-in person; `undefined` on a public route. */
  readonly auth: SignedInUser | undefined;
  /** The tenant that was asked for and the caller's role there; only on routes of a tenant. */
  readonly tenant: TenantScope | undefined;
  /** The tenant's plan; `free` without a tenant. */
  readonly plan: Plan;
}
