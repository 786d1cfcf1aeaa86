import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError } from '@zaphub/types';
import type { Logger } from '@zaphub/telemetry';
import { requestInfo } from './request-info.ts';
import { sendProblem } from './send-problem.ts';
import { toAppError } from './to-app-error.ts';

/** Whatever no one answered does not exist. */
export const notFound: RequestHandler = (_req, _res, next) => {
  next(new AppError('not_found', 'no such address'));
};

/** The one place where errors become replies. A reply that had begun is cut off, so that nobody takes it for whole. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, req, res, _next) => {
    const error = toAppError(thrown);
    const { id, route } = requestInfo(req);
    if (error.status >= 500) logger.error(error.message, { request_id: id, route, code: error.code, error });
    else logger.debug(error.message, { request_id: id, route, code: error.code });
    if (res.headersSent) {
      res.destroy();
      return;
    }
    sendProblem(req, res, error);
  };
}
