/** The lines of a plan that name what was read, from which table by which index; the rest is left out. */
export function planLines(plan: readonly string[]): string[] {
  return plan
    .map((line) => line.trimEnd())
    .filter((line) => /Scan|Insert on|Update on|Sort|Join|Nested Loop|Execution Time/.test(line))
    .map((line) => line.replace(/ \(actual rows=(\S+) loops=(\d+)\)/, '  $1 rows, $2 times'));
}
