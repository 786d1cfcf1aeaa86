import type { Route, RouteMethod } from '@zaphub/features';
import { AppError } from '@zaphub/types';
import { type RequestHandler, Router } from 'express';
import { type RouteEngine, runRoute } from './run-route.ts';

/** Serves a registry of routes; an address with another method is a 405 that names the right ones. */
export function mountRoutes(registry: readonly Route[], engine: RouteEngine): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use((_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.use(refuseHeadOfStreams(registry));
  for (const route of registry) add(router, route, engine);
  router.use(refuseMethod(registry));
  return router;
}

function add(router: Router, route: Route, engine: RouteEngine): void {
  const handler = runRoute(route, engine);
  switch (route.method) {
    case 'GET':
      router.get(route.path, handler);
      return;
    case 'POST':
      router.post(route.path, handler);
      return;
    case 'PUT':
      router.put(route.path, handler);
      return;
    case 'PATCH':
      router.patch(route.path, handler);
      return;
    case 'DELETE':
      router.delete(route.path, handler);
      return;
    default:
      route.method satisfies never;
  }
}

/** A stream has no HEAD: asking would begin it. */
function refuseHeadOfStreams(registry: readonly Route[]): RequestHandler {
  const streams = registry
    .filter((route) => route.method === 'GET' && route.reply === 'stream')
    .map((route) => patternOf(route.path));
  return (req, res, next) => {
    if (req.method !== 'HEAD' || !streams.some((pattern) => pattern.test(req.path))) {
      next();
      return;
    }
    res.setHeader('Allow', 'GET');
    next(new AppError('method_not_allowed', 'HEAD of a stream'));
  };
}

function refuseMethod(registry: readonly Route[]): RequestHandler {
  const methodsByPath = new Map<string, { pattern: RegExp; methods: Set<RouteMethod | 'HEAD'> }>();
  for (const route of registry) {
    const known = methodsByPath.get(route.path) ?? { pattern: patternOf(route.path), methods: new Set() };
    known.methods.add(route.method);
    if (route.method === 'GET' && route.reply !== 'stream') known.methods.add('HEAD');
    methodsByPath.set(route.path, known);
  }
  const paths = [...methodsByPath.values()];
  return (req, res, next) => {
    const allowed = paths
      .filter(({ pattern }) => pattern.test(req.path))
      .flatMap(({ methods }) => [...methods]);
    if (allowed.length === 0) {
      next();
      return;
    }
    res.setHeader('Allow', [...new Set(allowed)].join(', '));
    next(new AppError('method_not_allowed', `${req.method} is not one of ${allowed.join(', ')}`));
  };
}

function patternOf(path: string): RegExp {
  const parts = path
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll(/[^\w-]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
