import type { ILogger } from 'baileys/lib/Utils/logger.js';

/** Baileys writes keys and messages to its log, so it gets one that writes nothing. */
export const silentLogger: ILogger = {
  level: 'silent',
  child: () => silentLogger,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

function nothing(): void {}
