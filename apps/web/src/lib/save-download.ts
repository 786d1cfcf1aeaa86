import type { ApiClient } from './api-client.ts';

/** Above this many expected rows the file goes straight to disk, where the browser can. */
const streamedRows = 200_000;

interface SaveFilePickerWindow {
  showSaveFilePicker(options: {
    suggestedName: string;
  }): Promise<{ createWritable(): Promise<WritableStream> }>;
}

/**
 * Downloads an authenticated file. A small one becomes a blob; a large one is piped to a file the user chooses, so
 * that the page's memory stays flat. Resolves to `false` when the user closed the file dialog.
 */
export async function saveDownload(
  api: ApiClient,
  path: string,
  filename: string,
  expectedRows: number,
): Promise<boolean> {
  if (expectedRows > streamedRows && canStreamToDisk(window)) {
    // Asked first: the dialog is only allowed right after the click.
    const handle = await window.showSaveFilePicker({ suggestedName: filename }).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') return undefined;
      throw error;
    });
    if (handle === undefined) return false;
    const [target, response] = await Promise.all([handle.createWritable(), api.stream(path)]);
    await response.body?.pipeTo(target);
    return true;
  }
  const response = await api.stream(path);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  // Later, because some browsers start reading only after this task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return true;
}

function canStreamToDisk(scope: Window): scope is Window & SaveFilePickerWindow {
  return 'showSaveFilePicker' in scope;
}
