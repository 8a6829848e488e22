import type { Middleware } from 'koa';
import type { Logger } from '../../platform/logger';
import type { ApiState } from '../context';
import type { ApiMetrics } from '../metrics';

/** One line and one measurement per request, when its answer is finished or its client is gone. */
export function accessLog(logger: Logger, metrics: ApiMetrics): Middleware<ApiState> {
  return async (ctx, next) => {
    const startedAt = process.hrtime.bigint();
    ctx.res.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      const { route, requestId, principal, failure } = ctx.state;
      const status = ctx.res.statusCode;
      metrics.requestDuration.observe(
        { route, method: methodLabel(ctx.method), status_code: String(status) },
        seconds,
      );
      const line = {
        request_id: requestId,
        method: ctx.method,
        path: ctx.path,
        route,
        status,
        duration_ms: Math.round(seconds * 1e6) / 1e3,
        account_id: principal?.accountId,
        aborted: ctx.res.writableFinished ? undefined : true,
        err: failure,
      };
      if (status >= 500) logger.error(line, 'request failed');
      else logger.info(line, 'request');
    });
    await next();
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A method is the client's text; a label is a closed set. */
function methodLabel(method: string): string {
  return METHODS.has(method) ? method : 'other';
}
