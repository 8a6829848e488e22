import type { Middleware } from 'koa';
import { RefusalError } from '../../domain/refusal';
import type { ApiContext, ApiState } from '../context';
import { describeOutage, isOutage } from '../outage';
import { ProblemError, type FieldProblem } from '../problem-error';
import { alpacaStatusOf, type ProblemCode, statusOf, titleOf } from '../problems';

/** Seconds a client waits before it repeats what an outage kept us from doing. */
const RETRY_AFTER_SECONDS = '1';

/** Of these a client knows that they change nothing. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

interface Finding {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly members?: Readonly<Record<string, unknown>>;
}

/** The one place where a failure becomes an answer (RFC 9457). */
export function errorHandler(): Middleware<ApiState> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const finding = judge(error, !SAFE_METHODS.has(ctx.method));
      if (finding.code === 'internal_error' || finding.code === 'service_unavailable') {
        ctx.state.failure = error;
      }
      answerProblem(ctx, finding);
    }
  };
}

function judge(error: unknown, changes: boolean): Finding {
  if (error instanceof ProblemError) {
    const { code, message, errors, headers, members } = error;
    return { code, detail: message, errors, headers, members };
  }
  if (error instanceof RefusalError) return judgeRefusal(error);
  if (isOutage(error)) return judgeOutage(error, changes);
  return { code: 'internal_error', detail: 'Something is wrong on our side; it has been logged.' };
}

/** A refusal that is about one field names it in its details. */
function judgeRefusal({ code, message, details }: RefusalError): Finding {
  const { field, rule, status, ...rest } = details;
  const members = status === undefined ? rest : { ...rest, order_status: status };
  const errors = field === undefined ? [] : [{ field, rule: rule ?? code, message }];
  return { code, detail: message, errors, members };
}

function judgeOutage(error: unknown, changes: boolean): Finding {
  const { message, taken, members } = describeOutage(error, changes);
  return {
    code: 'service_unavailable',
    detail: message,
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
    members: { taken, ...members },
  };
}

function answerProblem(ctx: ApiContext, finding: Finding): void {
  const { code, detail, errors = [], headers = {}, members = {} } = finding;
  const alpaca = ctx.state.door.name === 'alpaca';
  const status = alpaca ? alpacaStatusOf(code) : statusOf(code);
  ctx.status = status;
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value);
  ctx.body = JSON.stringify({
    // First, so that none of them can take a standard member's place.
    ...members,
    type: `urn:everfill:problem:${code}`,
    title: titleOf(code),
    status,
    detail,
    instance: ctx.path,
    // Alpaca's clients read a number and a message; ours read the reason in both doors.
    code: alpaca ? alpacaCodeOf(status) : code,
    ...(alpaca ? { message: detail } : {}),
    reason: code,
    request_id: ctx.state.requestId,
    errors,
  });
  ctx.type = 'application/problem+json';
}

/** Alpaca's numeric codes are the status with a family: 40310000, 42210000. */
function alpacaCodeOf(status: number): number {
  return status * 100_000 + 10_000;
}
