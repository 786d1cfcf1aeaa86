export {
  type BootErrorCode,
  type CloseFailure,
  type GraphErrorCode,
  KernelBootError,
  KernelCloseError,
  KernelGraphError,
  PluginCloseTimeoutError,
  PluginNotReadyError,
} from './errors.ts';
export { createKernel, type Kernel, type KernelEvent, type KernelOptions } from './kernel.ts';
export { type KernelLog, logKernelEvent } from './log-kernel-event.ts';
export {
  type AnyPlugin,
  definePlugin,
  type NoRefs,
  type Plugin,
  type PluginRefs,
  type StartContext,
  type StartedPlugin,
} from './plugin.ts';
export {
  type ContextBuilder,
  type ContextBuilderOptions,
  type ContextOf,
  createContextBuilder,
  type EnhancerCounts,
} from './request/context-builder.ts';
export { ContextPool, type ContextPoolOptions } from './request/context-pool.ts';
export { EnhancerTimeoutError } from './request/enhancer-timeout-error.ts';
export type { EnhanceInput, Enhancer, ValueOf } from './request/enhancer.ts';
export { type ProcessLog, runKernel, type RunKernelOptions } from './run-kernel.ts';
export type { SlowOperation } from './stats/slow-operations.ts';
export { createStats, type Metrics, type Stats, type StatsOptions, type Timing } from './stats/stats.ts';
export type { BacklogAlarm, BacklogAlarmOptions } from './tasks/backlog-alarm.ts';
export { createBacklogAlarm } from './tasks/backlog-alarm.ts';
export { defineStats, defineTasks, type TaskHandlers, type TaskPluginRefs } from './tasks/define-tasks.ts';
export type { DurableRun, DurableTask, DurableTasks } from './tasks/durable-tasks.ts';
export { type TaskErrorCode, TaskRefusedError } from './tasks/errors.ts';
export {
  createTaskQueue,
  type InlineTask,
  type RegisteredTask,
  type TaskQueue,
  type TaskQueueDeps,
  type TaskQueueOptions,
} from './tasks/task-queue.ts';
export {
  lowered,
  noTasks,
  type QueueStats,
  taskPriorities,
  type TaskHandler,
  type TaskPriority,
  type TaskRun,
  type TaskState,
  type TaskStatus,
} from './tasks/task.ts';
export { tuneHeap } from './tune-heap.ts';
