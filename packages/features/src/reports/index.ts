export { reportLines } from './report-lines.ts';
export { reportRoutes } from './routes.ts';
