import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { queueNames } from '@zaphub/queues';
import { AppError } from '@zaphub/types';
import { type RequestHandler, Router } from 'express';
import type { OperatorGate } from './operator-auth.ts';
import type { QueueAccess } from './queue-endpoints.ts';
import { requestInfo } from './request-info.ts';

/** Where the board is. */
const boardPath = '/admin/queues';

/**
 * Bull Board, for operators who want to see jobs: at `/admin/queues`, by the operators' token as a password. It works
 * on either backend of the queues; it opens them at the first visit.
 */
export function bullBoard(parts: {
  readonly gate: OperatorGate;
  readonly queues: QueueAccess | undefined;
}): RequestHandler {
  const { gate, queues } = parts;
  let opening: Promise<RequestHandler> | undefined;
  const router = Router();
  router.use(boardPath, async (req, res, next) => {
    requestInfo(req).route = boardPath;
    await gate.check(req, res, { isPage: true });
    if (queues === undefined)
      throw new AppError('unavailable', 'this process was given no way to the queues');
    opening ??= openBoard(queues).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    const board = await opening;
    // The board brings a script and styles of its own in its page; nothing else of the product may.
    res.setHeader(
      'Content-Security-Policy',
      "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    );
    res.setHeader('Cache-Control', 'no-store');
    await board(req, res, next);
  });
  return router;
}

async function openBoard(queues: QueueAccess): Promise<RequestHandler> {
  const admin = await queues.admin();
  const opened = await Promise.all(queueNames.map((name) => admin.bull(name)));
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(boardPath);
  createBullBoard({
    // `bull` answers BullMQ's own queue, whose type arguments differ by backend.
    queues: opened.map((queue) => new BullMQAdapter(queue as ConstructorParameters<typeof BullMQAdapter>[0])),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'ZapHub' } },
  });
  // Its type is any: an Express application is a request handler.
  return serverAdapter.getRouter() as RequestHandler;
}
