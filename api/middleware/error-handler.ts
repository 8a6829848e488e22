import type { Middleware } from 'koa';
import type { ApiContext, ApiState } from '../context';
import { type Finding, judgeFailure, problemDocument, problemStatus } from '../problem-document';

/** Of these a client knows that they change nothing. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The one place where a failure becomes an answer (RFC 9457). */
export function errorHandler(): Middleware<ApiState> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const finding = judgeFailure(error, !SAFE_METHODS.has(ctx.method));
      if (finding.code === 'internal_error' || finding.code === 'service_unavailable') {
        ctx.state.failure = error;
      }
      answerProblem(ctx, finding);
    }
  };
}

function answerProblem(ctx: ApiContext, finding: Finding): void {
  const { door, requestId } = ctx.state;
  ctx.status = problemStatus(finding, door);
  for (const [name, value] of Object.entries(finding.headers ?? {})) ctx.set(name, value);
  ctx.body = JSON.stringify(problemDocument(finding, { door, requestId, instance: ctx.path }));
  ctx.type = 'application/problem+json';
}
