import { writeFile } from 'node:fs/promises';

/** Lists of about 42 kB of JSON, no two alike, one a line. */
export async function writeBodies(path: string, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, page) => JSON.stringify({ page, data: listOf(page) }));
  await writeFile(path, lines.join('\n'));
}

function listOf(page: number): unknown[] {
  return Array.from({ length: 270 }, (_, row) => ({
    id: page * 1000 + row,
    name: `Contact ${(row * 7919 * (page + 1)) % 10_007}`,
    phone: `+1555${(row * 104_729 + page * 31) % 10_000_000}`,
    state: row % 2 === 0 ? 'sent' : 'read',
    cost: ((row * 37 + page) % 1000) / 1e4,
    created_at: new Date(1.76e12 + (row + page) * 61_234).toISOString(),
    tags: ['vip'],
  }));
}
