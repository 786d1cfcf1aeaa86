import { isIP } from 'node:net';
import { isAllowedAddress } from './allowed-address.ts';
import type { WebhookTargets } from '../../routing/index.ts';

/** What is wrong with an address. */
export type UrlProblem =
  'not_a_url' | 'not_https' | 'holds_password' | 'port' | 'private_address' | 'too_long';

const longest = 2000;
/** Where https is spoken on the public internet; other ports belong to other services. */
const publicPorts = new Set(['', '443', '8443']);
/** Names that never lead to the public internet. */
const privateNames = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa|test|invalid)$/;
const cloudNames = /^(metadata|metadata\.google\.internal|instance-data)$/;

/**
 * Reads the address of an endpoint as it is written; answers its normal form, or what is wrong. Numbers in every notation
 * (decimal, octal, hexadecimal, full-width) are addresses here already. Where a name leads is looked at when a connection
 * is made, not here.
 */
export function checkUrl(
  text: string,
  rules: WebhookTargets,
): { readonly url: URL } | { readonly problem: UrlProblem } {
  if (text.length > longest) return { problem: 'too_long' };
  if (hasControlCharacter(text)) return { problem: 'not_a_url' };
  const url = URL.parse(text);
  if (url === null || url.hostname === '') return { problem: 'not_a_url' };
  if (url.protocol !== 'https:' && !(rules.allowsPrivate && url.protocol === 'http:')) {
    return { problem: 'not_https' };
  }
  if (url.username !== '' || url.password !== '') return { problem: 'holds_password' };
  if (!rules.allowsPrivate && !publicPorts.has(url.port)) return { problem: 'port' };
  if (url.port === '0') return { problem: 'port' };
  if (!isAllowedHost(url, rules)) return { problem: 'private_address' };
  url.hash = '';
  if (url.href.length > longest) return { problem: 'too_long' };
  return { url };
}

function isAllowedHost(url: URL, rules: WebhookTargets): boolean {
  const host = hostOf(url);
  if (isIP(host) !== 0) return isAllowedAddress(host, rules);
  const name = host.replace(/\.$/, '');
  if (cloudNames.test(name)) return false;
  // A name without a dot is one of a local network.
  return rules.allowsPrivate || (name.includes('.') && !privateNames.test(name));
}

/** The host of a URL without the brackets of IPv6. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** A URL drops tabs and line breaks silently; nobody writes them in good faith. */
function hasControlCharacter(text: string): boolean {
  return Array.from(text).some((character) => (character.codePointAt(0) ?? 0) <= 0x20);
}
