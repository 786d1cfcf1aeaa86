import type { SignalDataSet, SignalDataTypeMap } from 'baileys';

/** Where a session keeps things, inside a transaction of Baileys or outside of one. */
export interface KeyShelf {
  get<T extends keyof SignalDataTypeMap>(
    type: T,
    ids: string[],
  ): Promise<{ [id: string]: SignalDataTypeMap[T] }> | { [id: string]: SignalDataTypeMap[T] };
  set(data: SignalDataSet): Promise<void> | void;
}

/** Things of ours beside Baileys' keys, which travel with them in one write. `null` deletes. */
export async function setOwn(
  shelf: KeyShelf,
  type: 'inbox' | 'sent',
  entries: Readonly<Record<string, unknown>>,
): Promise<void> {
  await shelf.set({ [type]: entries });
}

/** What is there of those. */
export async function getOwn(
  shelf: KeyShelf,
  type: 'inbox' | 'sent',
  ids: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  // Baileys passes through whatever types it does not know; ours are none of its own.
  return shelf.get(type as keyof SignalDataTypeMap, [...ids]);
}
