/** Why a task was not added. */
export type TaskErrorCode = 'tasks_full' | 'tasks_closed' | 'task_unknown';

/** A task was refused; nothing of it was kept. */
export class TaskRefusedError extends Error {
  override readonly name = 'TaskRefusedError';
  readonly code: TaskErrorCode;

  constructor(code: TaskErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
