import { encodeQR } from 'qr';
import { useMemo } from 'react';

const quietZone = 4;

/** Draws a text as a code to be scanned: dark on light in either theme, as cameras want it. */
export function QrImage({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => draw(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-full rounded-xl bg-white"
    >
      <path d={path} fill="#0b1220" />
    </svg>
  );
}

/** One rectangle for each run of dark modules in a row. */
function draw(text: string): { size: number; path: string } {
  const modules = encodeQR(text, 'raw', { ecc: 'low', border: quietZone });
  const parts = modules.flatMap((row, y) => {
    const runs: string[] = [];
    let start = -1;
    for (let x = 0; x <= row.length; x++) {
      const isDark = row[x] === true;
      if (isDark && start < 0) start = x;
      if (isDark || start < 0) continue;
      runs.push(`M${start} ${y}h${x - start}v1H${start}z`);
      start = -1;
    }
    return runs;
  });
  return { size: modules.length, path: parts.join('') };
}
