import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { ApiState } from '../context';
import { doorOfPath } from '../doors';

/** What a caller may choose; anything else could forge lines in a log. */
const ACCEPTABLE = /^[A-Za-z0-9._:@-]{1,128}$/;

/** Names every request: the caller's `X-Request-Id` when it is acceptable, else a new UUID. */
export function requestId(): Middleware<ApiState> {
  return async (ctx, next) => {
    const offered = ctx.get('X-Request-Id');
    ctx.state.requestId = ACCEPTABLE.test(offered) ? offered : randomUUID();
    ctx.state.route = 'unmatched';
    ctx.state.door = doorOfPath(ctx.path);
    ctx.state.principal = null;
    ctx.set('X-Request-Id', ctx.state.requestId);
    await next();
  };
}
