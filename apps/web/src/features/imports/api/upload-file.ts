import type { ImportJob } from '@zaphub/types';
import type { ApiClient } from '#lib/api-client.ts';

/** `POST /imports?filename=`, the file being the body. Nothing is imported yet: the reply says what the file looks like. */
export function uploadFile(
  api: ApiClient,
  file: File,
  onProgress: (ratio01: number) => void,
  signal: AbortSignal,
): Promise<ImportJob> {
  return api.upload<ImportJob>(
    `/imports?filename=${encodeURIComponent(file.name)}`,
    file,
    onProgress,
    signal,
  );
}
