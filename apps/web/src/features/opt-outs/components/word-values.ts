import { type OptOutSettings, optOutSettings } from '@zaphub/types';

/** The form of the own words and confirmations. */
export interface WordValues {
  /** One keyword a line. */
  stop: string;
  start: string;
  stopReply: string;
  startReply: string;
}

/** What the form shows of settings. */
export function valuesOf(settings: OptOutSettings): WordValues {
  return {
    stop: settings.stop_words.join('\n'),
    start: settings.start_words.join('\n'),
    stopReply: settings.stop_reply ?? '',
    startReply: settings.start_reply ?? '',
  };
}

/** The keywords of a field: one a line, blank lines aside, each once. */
export function wordsOf(text: string): string[] {
  const words = text.split('\n').map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ''))];
}

/** What the API wants of these values; `undefined` while a field has too much in it. */
export function settingsOf(values: WordValues): OptOutSettings | undefined {
  const parsed = optOutSettings.safeParse({
    stop_words: wordsOf(values.stop),
    start_words: wordsOf(values.start),
    stop_reply: values.stopReply.trim() === '' ? null : values.stopReply,
    start_reply: values.startReply.trim() === '' ? null : values.startReply,
  });
  return parsed.success ? parsed.data : undefined;
}
