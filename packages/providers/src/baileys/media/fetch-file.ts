import type { LookupFunction } from 'node:net';
import { lookup } from 'node:dns';
import { request } from 'node:https';
import { isPublicAddress } from './public-address.ts';

/** A file behind a link. */
export interface FetchedFile {
  readonly bytes: Buffer;
  readonly mimeType: string | undefined;
}

/** Why a file could not be had; `refused` means that asking again is of no use. */
export type FetchFailure = {
  readonly failed: true;
  readonly code: 'media_rejected' | 'media_too_big' | 'media_unreachable';
  readonly details: string;
  readonly isFinal: boolean;
};

/** Fetches what a tenant's link points to. Never rejects. */
export type FetchFile = (
  link: string,
  options: { readonly maxBytes: number; readonly signal: AbortSignal },
) => Promise<FetchedFile | FetchFailure>;

export interface FetchFileOptions {
  /** Where a link may lead; default: the public internet. */
  readonly isAllowed?: (address: string) => boolean;
  /** PEM of authorities to trust instead of the usual ones. */
  readonly ca?: string;
}

const timeoutMs = 30_000;
const maxRedirects = 3;

/**
 * Fetches over https, from public addresses only: a link comes from a tenant, and must not reach what stands beside
 * this process. The address is checked where the connection is made, so a name cannot change its mind in between.
 */
export function createFetchFile({ isAllowed = isPublicAddress, ca }: FetchFileOptions = {}): FetchFile {
  const place = { isAllowed, lookup: lookupWithin(isAllowed), ...(ca === undefined ? {} : { ca }) };
  return (link, options) => follow(place, link, options, maxRedirects);
}

interface Place {
  readonly isAllowed: (address: string) => boolean;
  readonly lookup: LookupFunction;
  readonly ca?: string;
}

async function follow(
  place: Place,
  link: string,
  options: Parameters<FetchFile>[1],
  redirects: number,
): Promise<FetchedFile | FetchFailure> {
  const url = URL.parse(link);
  if (url === null || url.protocol !== 'https:') return failure('media_rejected', 'The link is not https.');
  if (url.username !== '' || url.password !== '')
    return failure('media_rejected', 'The link holds a password.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A number needs no look-up, so it would not be checked there.
  if (/^[\d.]+$|:/.test(host) && !place.isAllowed(host)) {
    return failure('media_rejected', 'The link leads to a private address.');
  }
  const answer = await get(place, url, options);
  if (!('location' in answer)) return answer;
  const next = URL.parse(answer.location, url.href);
  if (next === null || redirects === 0)
    return failure('media_rejected', 'The link leads from one to the next.');
  return follow(place, next.href, options, redirects - 1);
}

function get(
  { lookup: within, ca }: Place,
  url: URL,
  { maxBytes, signal }: Parameters<FetchFile>[1],
): Promise<FetchedFile | FetchFailure | { readonly location: string }> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const call = request(
      url,
      { signal: limit, lookup: within, agent: false, ...(ca === undefined ? {} : { ca }) },
      (response) => {
        const { statusCode = 0, headers } = response;
        const end = (result: FetchedFile | FetchFailure | { readonly location: string }): void => {
          response.destroy();
          resolve(result);
        };
        if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
          return end({ location: headers.location });
        }
        if (statusCode !== 200) {
          const isFinal = statusCode >= 400 && statusCode < 500 && statusCode !== 429 && statusCode !== 408;
          return end(failure('media_unreachable', `The link answers ${statusCode}.`, isFinal));
        }
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBytes) end(failure('media_too_big', `The file is over ${maxBytes} bytes.`));
          else chunks.push(chunk);
        });
        response.on('end', () => {
          resolve({ bytes: Buffer.concat(chunks), mimeType: headers['content-type']?.split(';')[0]?.trim() });
        });
        response.on('error', () => resolve(failure('media_unreachable', 'The file broke off.', false)));
        return undefined;
      },
    );
    call.on('error', (error) => {
      resolve(
        error instanceof PrivateAddressError
          ? failure('media_rejected', error.message)
          : failure('media_unreachable', 'The link cannot be reached.', false),
      );
    });
    // Unheard, the offer of another protocol would be neither an answer nor an error.
    call.on('upgrade', (_offer, socket) => {
      socket.destroy();
      resolve(failure('media_unreachable', 'The link answers in another protocol.', false));
    });
    call.end();
  });
}

class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  readonly code = 'private_address';
}

function lookupWithin(isAllowed: (address: string) => boolean): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, []);
      if (found.length === 0 || !found.every(({ address }) => isAllowed(address))) {
        return done(new PrivateAddressError('The link leads to a private address.'), []);
      }
      if (options.all === true) return done(null, found);
      return done(null, found[0]?.address ?? '', found[0]?.family);
    });
  };
}

function failure(code: FetchFailure['code'], details: string, isFinal = true): FetchFailure {
  return { failed: true, code, details, isFinal };
}
