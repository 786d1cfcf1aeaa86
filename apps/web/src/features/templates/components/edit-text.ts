/** Replaces the selection of a text field, as typing would: Undo takes it back. */
export function insertText(area: HTMLTextAreaElement, text: string): void {
  area.focus();
  // The only way that keeps the field's own undo history; `setRangeText` is for browsers that dropped it.
  if (!document.execCommand('insertText', false, text))
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
}

/** Puts a WhatsApp formatting sign around the selection; the words inside stay selected. */
export function wrapSelection(area: HTMLTextAreaElement, sign: string): void {
  const { selectionStart, selectionEnd, value } = area;
  const selected = value.slice(selectionStart, selectionEnd);
  // A sign does not format next to the space it would enclose.
  const inner = selected.trim();
  const lead = selected.length - selected.trimStart().length;
  const trail = selected.length - selected.trimEnd().length;
  const start = selectionStart + lead;
  area.setSelectionRange(start, Math.max(start, selectionEnd - trail));
  insertText(area, sign + inner + sign);
  area.setSelectionRange(start + sign.length, start + sign.length + inner.length);
}
