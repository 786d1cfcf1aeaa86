export { setOptOut } from './actions/set-opt-out.ts';
export { contactRoutes } from './routes.ts';
