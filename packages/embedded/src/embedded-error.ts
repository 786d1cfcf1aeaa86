/** What can go wrong with the embedded services, as a machine reads it. */
export type EmbeddedErrorCode =
  | 'already_running'
  | 'disk_full'
  | 'not_writable'
  | 'start_failed'
  | 'unsupported_system'
  | 'version_mismatch';

/** A text in the languages a person may read it in. */
export interface EmbeddedText {
  readonly en: string;
  readonly 'pt-BR': string;
}

/**
 * A failure that a person can act on: `text` (and, in English, `message`) says what happened in one plain
 * sentence, `remedy` what to do.
 */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly code: EmbeddedErrorCode;
  readonly text: EmbeddedText;
  readonly remedy: EmbeddedText;

  constructor(code: EmbeddedErrorCode, text: EmbeddedText, remedy: EmbeddedText, options?: ErrorOptions) {
    super(text.en, options);
    this.code = code;
    this.text = text;
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
      return notWritable(path, error.code, error);
    default:
      return error;
  }
}

/** The error for a disk without room for `path`. */
export function diskFull(path: string, cause?: unknown): EmbeddedError {
  return new EmbeddedError(
    'disk_full',
    {
      en: `The disk that holds ${path} is full.`,
      'pt-BR': `O disco onde fica ${path} está cheio.`,
    },
    {
      en: 'What was saved is kept. Free some space (a new installation needs about 300 MB), or choose another folder with ZAPHUB_HOME=/some/folder.',
      'pt-BR':
        'O que já estava salvo foi mantido. Libere espaço (uma instalação nova precisa de cerca de 300 MB) ou escolha outra pasta com ZAPHUB_HOME=/outra/pasta.',
    },
    { cause },
  );
}

function notWritable(path: string, code: string, cause: Error): EmbeddedError {
  return new EmbeddedError(
    'not_writable',
    {
      en: `ZapHub cannot write to ${path} (${code}).`,
      'pt-BR': `O ZapHub não consegue gravar em ${path} (${code}).`,
    },
    {
      en: 'Give your user the right to write there, or choose another folder with ZAPHUB_HOME=/some/folder.',
      'pt-BR':
        'Dê ao seu usuário permissão para gravar ali ou escolha outra pasta com ZAPHUB_HOME=/outra/pasta.',
    },
    { cause },
  );
}
