import { missingMark } from '#components/whatsapp/parse-formatting.ts';

/** Puts a visible mark where the body writes a variable that has no value, so that the preview can show the gap. */
export function markMissing(body: string, missing: readonly string[]): string {
  return body.replace(/\{\{-?\s*([\p{L}_][\p{L}\p{N}_-]*)[^}]*-?\}\}/gu, (whole, name: string) =>
    missing.includes(name) ? missingMark(name) : whole,
  );
}
