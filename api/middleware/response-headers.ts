import type { Middleware } from 'koa';
import type { ApiState } from '../context';

/** Answers are about money and about now: nobody keeps them, and nobody guesses their type. */
export function responseHeaders(): Middleware<ApiState> {
  return async (ctx, next) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.set('X-Content-Type-Options', 'nosniff');
    await next();
  };
}
