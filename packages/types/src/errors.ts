import type { Locale } from './tenants.ts';

/** Every error a caller can meet: its HTTP status and whether the same request may succeed later. */
export const errorTable = {
  bad_request: { status: 400, retryable: false },
  invalid_body: { status: 422, retryable: false },
  invalid_json: { status: 400, retryable: false },
  body_too_large: { status: 413, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  conflict: { status: 409, retryable: false },
  name_mismatch: { status: 422, retryable: false },
  name_taken: { status: 409, retryable: false },
  too_many_requests: { status: 429, retryable: true },
  setup_token_invalid: { status: 403, retryable: false },
  already_set_up: { status: 409, retryable: false },
  file_empty: { status: 422, retryable: false },
  file_not_text: { status: 422, retryable: false },
  file_no_header: { status: 422, retryable: false },
  file_too_many_columns: { status: 422, retryable: false },
  file_duplicate_header: { status: 422, retryable: false },
  file_field_too_large: { status: 422, retryable: false },
  file_broken_quotes: { status: 422, retryable: false },
  file_encoding_unknown: { status: 422, retryable: false },
  mapping_invalid: { status: 422, retryable: false },
  template_invalid: { status: 422, retryable: false },
  audience_empty: { status: 422, retryable: false },
  campaign_state: { status: 409, retryable: false },
  import_state: { status: 409, retryable: false },
  connection_state: { status: 409, retryable: false },
  connection_in_use: { status: 409, retryable: false },
  connection_invalid: { status: 422, retryable: false },
  provider_off: { status: 422, retryable: false },
  terms_not_accepted: { status: 422, retryable: false },
  credentials_locked: { status: 500, retryable: false },
  schedule_in_past: { status: 422, retryable: false },
  schedule_missed: { status: 409, retryable: false },
  hours_never_open: { status: 422, retryable: false },
  contact_opted_out: { status: 422, retryable: false },
  contact_unreachable: { status: 422, retryable: false },
  phone_invalid: { status: 422, retryable: false },
  idempotency_key_missing: { status: 400, retryable: false },
  idempotency_key_invalid: { status: 400, retryable: false },
  idempotency_key_reused: { status: 422, retryable: false },
  idempotency_in_progress: { status: 409, retryable: true },
  webhook_url_refused: { status: 422, retryable: false },
  disk_full: { status: 507, retryable: true },
  unavailable: { status: 503, retryable: true },
  timeout: { status: 504, retryable: true },
  internal: { status: 500, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

/** The same words in every language that people read here. */
export type LocalText = Readonly<Record<Locale, string>>;

/** A stable, documented error code. */
export type ErrorCode = keyof typeof errorTable;

export interface AppErrorOptions {
  /** Words that a user may see beside the code's own title: the problem's `detail`, in the caller's language. */
  publicMessage?: LocalText;
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** The one error class of the product: a stable code, a message for the log, and optionally words for the user. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly publicMessage: LocalText | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.publicMessage = options.publicMessage;
    this.details = options.details;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }
}
