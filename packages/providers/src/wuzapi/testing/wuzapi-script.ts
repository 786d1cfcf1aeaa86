/**
 * What becomes of one send request. `accept`: as documented. `lose_reply`: sent, then the connection is cut. `reset`: cut
 * before it is sent. `never`: sent, and no answer comes. `html`, `truncated`, `empty`: sent, and the answer cannot be
 * read. `{ afterMs }`: sent, answered late. `{ error }`: the gateway's own envelope with these words; `wasSent` for words
 * that are said although the message had left. `{ status }`: an answer of something that is no gateway.
 */
export type WuzapiStep =
  | 'accept'
  | 'lose_reply'
  | 'reset'
  | 'never'
  | 'html'
  | 'truncated'
  | 'empty'
  | { readonly afterMs: number }
  | { readonly error: string; readonly httpStatus?: number; readonly wasSent?: boolean }
  | {
      readonly status: number;
      readonly wasSent?: boolean;
      readonly headers?: Readonly<Record<string, string>>;
    };
