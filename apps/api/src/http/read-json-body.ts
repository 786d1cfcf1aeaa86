import type { IncomingMessage } from 'node:http';
import { AppError } from '@zaphub/types';
import { hasHalfCharacter } from './half-characters.ts';
import { inspectJson } from './inspect-json.ts';

export interface JsonBodyOptions {
  readonly maxBytes: number;
  /** How long the whole body may take to arrive. */
  readonly timeoutMs: number;
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Has the request a body that is worth waiting for? */
export function hasBody(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length']) > 0;
}

/**
 * Reads and parses a JSON body; `undefined` when there is none. UTF-8 only, not compressed.
 * @throws AppError `unsupported_media_type`, `body_too_large`, `invalid_json`, `timeout`
 */
export async function readJsonBody(req: IncomingMessage, options: JsonBodyOptions): Promise<unknown> {
  if (!hasBody(req)) return undefined;
  checkType(req);
  if (Number(req.headers['content-length']) > options.maxBytes) throw tooLarge(options.maxBytes);
  const bytes = await readBytes(req, options);
  const text = decode(bytes);
  inspectJson(text);
  const body = parse(text);
  // Bytes in UTF-8 hold whole characters; only an escape can name half of one.
  if (/\\u[dD][89a-fA-F]/.test(text) && hasHalfCharacter(body)) {
    throw new AppError('invalid_json', 'a text holds a lone surrogate', {
      publicMessage: {
        en: 'The JSON was refused: a text contains half a character (a lone surrogate).',
        'pt-BR': 'O JSON foi recusado: um texto contém meio caractere (um substituto isolado).',
      },
    });
  }
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid_json', 'the body is not JSON', { cause: error });
  }
}

function checkType(req: IncomingMessage): void {
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new AppError('unsupported_media_type', `content encoding ${encoding}`, {
      publicMessage: { en: 'Send the body without compression.', 'pt-BR': 'Envie o corpo sem compressão.' },
    });
  }
  const [type = '', ...parameters] = (req.headers['content-type'] ?? '').toLowerCase().split(';');
  if (type.trim() !== 'application/json') {
    throw new AppError('unsupported_media_type', `content type ${type}`, {
      publicMessage: {
        en: 'Send the body as application/json.',
        'pt-BR': 'Envie o corpo como application/json.',
      },
    });
  }
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.trim().split('=');
    if (name === 'charset' && !['utf-8', 'utf8'].includes(value.replaceAll('"', ''))) {
      throw new AppError('unsupported_media_type', `charset ${value}`, {
        publicMessage: { en: 'Send the body in UTF-8.', 'pt-BR': 'Envie o corpo em UTF-8.' },
      });
    }
  }
}

/** Stops listening at the bound, but lets the rest run into nothing, so that the refusal can still be read. */
function readBytes(req: IncomingMessage, options: JsonBodyOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (result: Buffer | Error): void => {
      clearTimeout(late);
      options.signal?.removeEventListener('abort', onAbort);
      req.off('data', onData).off('end', onEnd).off('error', settle).off('close', onClose);
      if (Buffer.isBuffer(result)) {
        resolve(result);
        return;
      }
      req.on('error', () => undefined); // the refusal is what matters now
      req.resume();
      reject(result);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > options.maxBytes) settle(tooLarge(options.maxBytes));
      else chunks.push(chunk);
    };
    const onEnd = (): void => settle(Buffer.concat(chunks));
    const onClose = (): void => settle(new AppError('bad_request', 'the body ended early'));
    const onAbort = (): void => settle(asError(options.signal?.reason));
    const late = setTimeout(
      () => settle(new AppError('timeout', 'the body did not arrive in time')),
      options.timeoutMs,
    );
    options.signal?.addEventListener('abort', onAbort, { once: true });
    req.on('data', onData).on('end', onEnd).on('error', settle).on('close', onClose);
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error
    ? reason
    : new AppError('bad_request', 'the reading was ended', { cause: reason });
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new AppError('invalid_json', 'the body is not UTF-8', { cause: error });
  }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('body_too_large', `more than ${maxBytes} bytes`, { details: { max_bytes: maxBytes } });
}
