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
