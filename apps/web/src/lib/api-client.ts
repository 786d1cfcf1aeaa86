import { ApiError, errorFromParts, errorFromResponse } from './api-error.ts';

type Query = Record<string, string | number | undefined>;

interface RequestOptions {
  query?: Query;
  signal?: AbortSignal;
  /** The name of this one wish: asked twice with it, it is done once. */
  idempotencyKey?: string;
}

/** The API as seen by one user in one tenant. Every call throws `ApiError`, or the signal's reason on abort. */
export interface ApiClient {
  /** Part of every query key, so that one tenant never sees another's cache. `null` before a tenant is known. */
  readonly tenantId: string | null;
  get<T>(path: string, options?: RequestOptions): Promise<T>;
  post<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  delete<T>(path: string): Promise<T>;
  /** The raw reply, for downloads and event streams; a status of 400 or more still throws. */
  stream(path: string, init?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<Response>;
  /** Sends a file as the body itself. `onProgress` gets 0…1. */
  upload<T>(path: string, file: File, onProgress: (ratio01: number) => void, signal: AbortSignal): Promise<T>;
}

/** What the client needs to know of the session. `tenantId` is null before a workspace is known. */
export interface ApiClientDeps {
  getToken: () => Promise<string | null>;
  tenantId: string | null;
  getLanguage: () => string;
  /** Called once per reply that says the session has ended. */
  onUnauthenticated: () => void;
}

const base = '/api/v1';

/** Makes the only door to the API: token, tenant, language and problem+json are handled here and nowhere else. */
export function createApiClient(deps: ApiClientDeps): ApiClient {
  async function headers(): Promise<Record<string, string>> {
    const token = await deps.getToken();
    return {
      'accept-language': deps.getLanguage(),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(deps.tenantId === null ? {} : { 'x-tenant-id': deps.tenantId }),
    };
  }

  async function send(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(base + path, init);
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      throw new ApiError({ code: 'network', status: 0, cause: error });
    }
    if (response.ok) return response;
    const failure = await errorFromResponse(response);
    if (failure.status === 401) deps.onUnauthenticated();
    throw failure;
  }

  async function request<T>(
    method: string,
    path: string,
    body: unknown,
    options: RequestOptions,
  ): Promise<T> {
    const response = await send(path + queryString(options.query), {
      method,
      headers: {
        ...(await headers()),
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const text = await response.text();
    // The contract is the server's: it validates its replies in its own tests, and both ship together.
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  return {
    tenantId: deps.tenantId,
    get: (path, options = {}) => request('GET', path, undefined, options),
    post: (path, body, options = {}) => request('POST', path, body, options),
    put: (path, body) => request('PUT', path, body, {}),
    patch: (path, body) => request('PATCH', path, body, {}),
    delete: (path) => request('DELETE', path, undefined, {}),
    stream: async (path, init = {}) =>
      send(path, {
        headers: { ...(await headers()), ...init.headers },
        ...(init.signal === undefined ? {} : { signal: init.signal }),
      }),
    upload: async (path, file, onProgress, signal) =>
      uploadFile(base + path, await headers(), file, onProgress, signal),
  };
}

function queryString(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** XMLHttpRequest, because fetch cannot report how much of a body has left. */
function uploadFile<T>(
  url: string,
  headers: Record<string, string>,
  file: File,
  onProgress: (ratio01: number) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.setRequestHeader('content-type', 'application/octet-stream');
    xhr.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.total === 0 ? 1 : event.loaded / event.total);
    });
    xhr.addEventListener('load', () => {
      if (xhr.status >= 200 && xhr.status < 300) {
        // As in `request`: the reply's shape is the server's promise.
        resolve(JSON.parse(xhr.responseText) as T);
        return;
      }
      reject(
        errorFromParts(
          xhr.status,
          xhr.getResponseHeader('content-type') ?? '',
          xhr.responseText,
          xhr.getResponseHeader('x-request-id'),
          xhr.getResponseHeader('retry-after'),
        ),
      );
    });
    xhr.addEventListener('error', () => reject(new ApiError({ code: 'network', status: 0 })));
    xhr.addEventListener('abort', () => reject(new DOMException('upload aborted', 'AbortError')));
    signal.addEventListener('abort', () => xhr.abort(), { once: true });
    xhr.send(file);
  });
}
