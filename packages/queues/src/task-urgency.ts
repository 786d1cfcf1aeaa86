import { lowered, type TaskPriority } from '@zaphub/kernel';
import type { Urgency } from './priority.ts';

/** The urgency of a task of each priority. */
export const taskUrgencies: Readonly<Record<TaskPriority, Urgency>> = { high: 8, normal: 5, low: 2 };

/** The urgency of a task's next try: each that failed has lowered its priority by one. */
export function urgencyOfTask(priority: TaskPriority, failedAttempts: number): Urgency {
  return taskUrgencies[lowered(priority, failedAttempts)];
}
