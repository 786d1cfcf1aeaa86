export { startReconciler } from './start-reconciler.ts';
export type { Reconciler } from './start-reconciler.ts';
export { engineSteps } from './steps.ts';
export type { ReconcileStep, StepDeps } from './steps.ts';
