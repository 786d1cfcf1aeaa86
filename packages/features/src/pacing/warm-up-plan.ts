/**
 * The built-in plan for a new number behind a phone: how many it may send on its first day, on its second, and so on.
 * Slow at first, about a quarter more each day; over after four weeks.
 */
export const standardWarmUp: readonly number[] = [
  20, 25, 30, 40, 50, 60, 75, 95, 120, 150, 185, 230, 290, 360, 450, 560, 700, 800, 900, 1_000, 1_100, 1_200,
  1_300, 1_400, 1_500, 1_650, 1_800, 2_000,
];
