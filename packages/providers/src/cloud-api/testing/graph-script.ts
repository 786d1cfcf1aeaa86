/**
 * What becomes of one send request. `accept`: as documented. `lose_reply`: accepted, then the connection is cut.
 * `reset`: cut before it is accepted. `never`: accepted, and no answer comes. `html`, `truncated`, `empty`: accepted,
 * and the answer cannot be read. `{ afterMs }`: accepted, answered late. `{ code }`: the documented error. `{ status }`:
 * an answer without any error object.
 */
export type GraphStep =
  | 'accept'
  | 'lose_reply'
  | 'reset'
  | 'never'
  | 'html'
  | 'truncated'
  | 'empty'
  | { readonly afterMs: number }
  | {
      readonly code: number;
      readonly httpStatus?: number;
      readonly details?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

const httpStatuses: ReadonlyMap<number, number> = new Map([
  [0, 401],
  [190, 401],
  [10, 403],
  [200, 403],
  [368, 403],
  [2, 503],
  [131000, 500],
  [131016, 503],
  [133004, 503],
]);

/** The status and body of a documented error. */
export function errorReply(
  code: number,
  details: string,
  httpStatus?: number,
): { status: number; body: object } {
  return {
    status: httpStatus ?? httpStatuses.get(code) ?? 400,
    body: {
      error: {
        message: `(#${code}) ${details}`,
        type: 'OAuthException',
        code,
        error_data: { messaging_product: 'whatsapp', details },
        fbtrace_id: 'AbCdEfGhIjKlMnOpQrStUv',
      },
    },
  };
}
