import type { Middleware } from 'koa';
import type { ApiState } from '../context';
import { ProblemError } from '../problem-error';

interface Window {
  startedAt: number;
  used: number;
}

const WINDOW_MS = 60_000;
/** Keys remembered at once; beyond it the oldest window is forgotten. */
const MAXIMUM_KEYS = 10_000;

/**
 * Allows each key a number of requests a minute, in this process.
 *
 * @param perMinute - 0 switches the limit off.
 */
export function rateLimit(perMinute: number, now: () => number = Date.now): Middleware<ApiState> {
  const windows = new Map<string, Window>();
  return async (ctx, next) => {
    if (perMinute === 0) {
      await next();
      return;
    }
    const window = findWindow(windows, ctx.state.principal?.keyId ?? '', now());
    window.used += 1;
    const resetSeconds = Math.ceil((window.startedAt + WINDOW_MS - now()) / 1_000);
    ctx.set('X-RateLimit-Limit', String(perMinute));
    ctx.set('X-RateLimit-Remaining', String(Math.max(0, perMinute - window.used)));
    ctx.set('X-RateLimit-Reset', String(Math.ceil((window.startedAt + WINDOW_MS) / 1_000)));
    if (window.used > perMinute) {
      throw new ProblemError(
        'rate_limited',
        `This key may send ${perMinute} requests a minute; nothing was stored.`,
        { headers: { 'Retry-After': String(Math.max(1, resetSeconds)) } },
      );
    }
    await next();
  };
}

function findWindow(windows: Map<string, Window>, keyId: string, at: number): Window {
  const known = windows.get(keyId);
  if (known !== undefined && at - known.startedAt < WINDOW_MS) return known;
  const fresh = { startedAt: at, used: 0 };
  windows.delete(keyId);
  windows.set(keyId, fresh);
  if (windows.size > MAXIMUM_KEYS) {
    const oldest = windows.keys().next();
    if (oldest.done !== true) windows.delete(oldest.value);
  }
  return fresh;
}
