const unsafeKeys = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
]);

/** Keys that mean something else to JavaScript objects; no attribute may have one. */
export function isUnsafeKey(key: string): boolean {
  return unsafeKeys.has(key);
}
