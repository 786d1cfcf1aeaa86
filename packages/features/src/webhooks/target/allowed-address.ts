import { isIPv4, isIPv6 } from 'node:net';
import { isPublicAddress } from '@zaphub/providers';
import type { WebhookTargets } from '../../routing/index.ts';

/** Where the machines of clouds tell their secrets, or take orders, from whoever asks from inside. */
const clouds4 = /^(169\.254\.\d+\.\d+|168\.63\.129\.16|100\.100\.100\.200|192\.0\.0\.192)$/;
const clouds6 = /^fd00:ec2:|^fe[89ab]/i;
/** Forms of IPv6 that hold an address of IPv4: what they lead to depends on the network, so they lead nowhere. */
const holdsIPv4 = /^(::|64:ff9b:|2002:|2001:0?:)/i;

/**
 * Whether a connection may be made to an address, as the resolver gives it. Public ones always, but for the few at which
 * clouds answer their own machines; others where the rules say so.
 */
export function isAllowedAddress(address: string, { allowsPrivate }: WebhookTargets): boolean {
  if (isIPv4(address)) {
    if (clouds4.test(address)) return false;
    return isPublicAddress(address) || (allowsPrivate && !/^(0|22[4-9]|23\d|24\d|25\d)\./.test(address));
  }
  if (!isIPv6(address) || clouds6.test(address)) return false;
  if (address === '::1') return allowsPrivate;
  if (holdsIPv4.test(address)) return false;
  return isPublicAddress(address) || (allowsPrivate && !/^ff/i.test(address));
}
