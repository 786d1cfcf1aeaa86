import type { TaskHandler } from '@zaphub/kernel';
import type { FileStore } from '../../routing/index.ts';
import { trackTask, type TrackDeps } from '../../tasks/index.ts';
import { exportedFiles, exportEntries } from '../export/export-entries.ts';
import { zipStream } from '../export/zip-stream.ts';

/** Far more than a tenant has; keeps one export from filling the disk. */
const maxBytes = 16 * 2 ** 30;

/** Writes everything a tenant has into one zip file, for `GET /tasks/:id/file`. */
export function createExportHandler(deps: TrackDeps & { readonly files: FileStore }): TaskHandler {
  const { db, files } = deps;
  return trackTask(
    deps,
    async ({ taskId, tenantId, signal, progress }) => {
      const rows: Record<string, number> = {};
      const onFile = async (name: string, count: number): Promise<void> => {
        rows[name] = count;
        await progress(Object.keys(rows).length, exportedFiles);
      };
      await progress(0, exportedFiles);
      const fileKey = `${tenantId}/export-${taskId}`;
      const archive = zipStream(exportEntries({ db, onFile, signal }, tenantId));
      // `put` tells of it; a stream that nobody listens to would end the process.
      archive.on('error', () => undefined);
      try {
        const { sizeBytes } = await files.put(fileKey, archive, { maxBytes, signal });
        return { fileKey, result: { rows, size_bytes: sizeBytes } };
      } finally {
        archive.destroy();
      }
    },
    // The tenant was deleted meanwhile: nothing of it may stay.
    { onLost: ({ fileKey }) => (fileKey === undefined ? Promise.resolve() : files.remove(fileKey)) },
  );
}
