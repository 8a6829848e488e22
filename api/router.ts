import { Router } from '@koa/router';
import type { Middleware } from 'koa';
import type { ApiContext, ApiState } from './context';
import type { Dependencies } from './dependencies';
import { DOORS } from './doors';
import type { KeyRing } from './key-ring';
import { authenticate } from './middleware/authenticate';
import { rateLimit } from './middleware/rate-limit';
import { ProblemError } from './problem-error';
import type { Answer, Route } from './route';

const SCOPES: readonly unknown[] = ['public', 'read', 'trade', 'admin'];

/**
 * Mounts every route behind each of its doors.
 *
 * @throws Error if a route declares no scope: better no start than an open door.
 */
export function createRouter(
  routes: readonly Route[],
  dependencies: Dependencies,
  keys: KeyRing,
): Middleware<ApiState> {
  const router = new Router<ApiState>();
  const limitRate = rateLimit(dependencies.limits.requestsPerMinute);
  for (const route of routes) {
    if (!SCOPES.includes(route.scope)) {
      throw new Error(`route ${route.method} ${route.path} declares no scope`);
    }
    const answer = answerWith(route, dependencies);
    const guards = route.scope === 'public' ? [] : [authenticate(keys, route.scope), limitRate];
    for (const name of route.doors) {
      router.register(DOORS[name].prefix + route.path, [route.method], [
        noteRoute(route.path),
        ...guards,
        answer,
      ] as never);
    }
  }
  return dispatch(router);
}

/** The pattern is the label of the metrics, whatever happens next. */
function noteRoute(path: string): Middleware<ApiState> {
  const pattern = path.replaceAll('\\', '');
  return async (ctx, next) => {
    ctx.state.route = ctx.state.door.prefix + pattern;
    await next();
  };
}

function answerWith(route: Route, dependencies: Dependencies): Middleware<ApiState> {
  return async (ctx) => {
    send(ctx, await route.run(dependencies, ctx));
  };
}

function send(ctx: ApiContext, { status, body, headers = {}, type }: Answer): void {
  ctx.status = status;
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value);
  if (body === undefined) return;
  ctx.body = body;
  if (type !== undefined) ctx.type = type;
}

/** Routes a request, or says whether its path or only its method is unknown. */
function dispatch(router: Router<ApiState>): Middleware<ApiState> {
  const serve = router.routes() as unknown as Middleware<ApiState>;
  return async (ctx, next) => {
    const match = router.match(ctx.path, ctx.method);
    if (match.route) {
      await serve(ctx, next);
      return;
    }
    const methods = new Set(match.path.flatMap((layer) => layer.methods));
    if (methods.size === 0) {
      throw new ProblemError('route_not_found', `There is nothing at ${ctx.path.slice(0, 200)}.`);
    }
    const allowed = [...methods].sort().join(', ');
    throw new ProblemError('method_not_allowed', `Here only ${allowed} is possible.`, {
      headers: { Allow: allowed },
    });
  };
}
