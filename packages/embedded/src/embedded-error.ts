/** What can go wrong with the embedded services, as a machine reads it. */
export type EmbeddedErrorCode =
  | 'already_running'
  | 'disk_full'
  | 'not_writable'
  | 'port_in_use'
  | 'start_failed'
  | 'unsupported_system'
  | 'version_mismatch';

/**
 * A failure that a person can act on: `message` says what happened in one plain sentence, `remedy` what to do.
 */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly code: EmbeddedErrorCode;
  readonly remedy: string;

  constructor(code: EmbeddedErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}

/**
 * Turns a failed file operation into an `EmbeddedError` when the cause is one a person can mend (full disk,
 * missing rights, a file where a folder should be); any other error comes back unchanged.
 *
 * @param path the file or folder that was being written
 */
export function explainFileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(path, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return new EmbeddedError(
        'not_writable',
        `ZapHub cannot write to ${path} (${error.code}).`,
        'Give your user the right to write there, or choose another folder with ZAPHUB_HOME=/some/folder.',
        { cause: error },
      );
    default:
      return error;
  }
}

/** The error for a disk without room for `path`. */
export function diskFull(path: string, cause?: unknown): EmbeddedError {
  return new EmbeddedError(
    'disk_full',
    `The disk that holds ${path} is full.`,
    'Free some space (a new installation needs about 300 MB), or choose another folder with ZAPHUB_HOME=/some/folder; what was saved is kept.',
    { cause },
  );
}
