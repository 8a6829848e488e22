import type { Middleware } from 'koa';
import type { ApiState } from './context';

/** Whether the process is about to stop: it still answers, and asks everybody to go elsewhere. */
export interface Drain {
  begin(): void;
  isDraining(): boolean;
}

export function createDrain(): Drain {
  let draining = false;
  return {
    begin() {
      draining = true;
    },
    isDraining: () => draining,
  };
}

/**
 * Ends kept-alive connections with their next answer. Closing them at once would cut a request
 * that is on its way, and its sender could not tell whether it was done.
 */
export function closeWhenDraining(drain: Drain): Middleware<ApiState> {
  return async (ctx, next) => {
    await next();
    if (drain.isDraining()) ctx.set('Connection', 'close');
  };
}
