import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isAllowedAddress } from './allowed-address.ts';
import type { WebhookTargets } from '../../routing/index.ts';

/** Finds all addresses of a name; the system's resolver, unless a test gives another. */
export type Resolve = (
  host: string,
  done: (
    error: Error | null,
    found: readonly { readonly address: string; readonly family: number }[],
  ) => void,
) => void;

/** A name leads where webhooks must not go. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = 'private_address';
}

const systemResolve: Resolve = (host, done) => lookup(host, { all: true }, done);

/**
 * The look-up of one connection: the addresses that are answered are the ones that were checked and the ones that are
 * connected to; nothing asks a second time. One forbidden address among them refuses the name.
 */
export function guardedLookup(rules: WebhookTargets, resolve: Resolve = systemResolve): LookupFunction {
  return (host, options, done) => {
    resolve(host, (error, found) => {
      if (error !== null) return done(error, []);
      const [first] = found;
      if (first === undefined || !found.every(({ address }) => isAllowedAddress(address, rules))) {
        return done(new ForbiddenAddressError('the name leads to a forbidden address'), []);
      }
      if (options.all === true) return done(null, [...found]);
      return done(null, first.address, first.family);
    });
  };
}
