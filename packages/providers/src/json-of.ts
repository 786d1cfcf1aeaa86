/** What a JSON text says; `undefined`, which JSON itself does not have, when it cannot be read: cut short, or no JSON. */
export function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
