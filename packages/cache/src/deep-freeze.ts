/**
 * Freezes a value and everything in it, in place: what is kept in memory is handed to many callers, and none may
 * change what the next one gets. Buffers and other views cannot be frozen and stay as they are.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value))
    return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}
