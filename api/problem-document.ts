import { RefusalError } from '../domain/refusal';
import { alpacaMessage } from './alpaca-message';
import type { Door } from './doors';
import { describeOutage, isOutage } from './outage';
import { ProblemError, type FieldProblem } from './problem-error';
import { alpacaCodeOf, alpacaStatusOf, type ProblemCode, statusOf, titleOf } from './problems';

/** Seconds a client waits before it repeats what an outage kept us from doing. */
const RETRY_AFTER_SECONDS = '1';

/** What a failure means to the client. */
export interface Finding {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly members?: Readonly<Record<string, unknown>>;
}

/** @param changes - Whether the request may have changed something. */
export function judgeFailure(error: unknown, changes: boolean): Finding {
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

export function problemStatus({ code }: Finding, door: Door): number {
  return door.name === 'alpaca' ? alpacaStatusOf(code, door.invalidStatus) : statusOf(code);
}

/** RFC 9457; through Alpaca's door with the number and the message that its clients read. */
export function problemDocument(
  finding: Finding,
  request: { readonly door: Door; readonly requestId: string; readonly instance: string },
): Record<string, unknown> {
  const { code, detail, errors = [], members = {} } = finding;
  const alpaca = request.door.name === 'alpaca';
  return {
    // First, so that none of them can take a standard member's place.
    ...members,
    type: `urn:everfill:problem:${code}`,
    title: titleOf(code),
    status: problemStatus(finding, request.door),
    detail,
    instance: request.instance,
    // Alpaca's clients read a number and a message; ours read the reason in both doors.
    code: alpaca ? alpacaCodeOf(code) : code,
    ...(alpaca ? { message: alpacaMessage(finding) } : {}),
    reason: code,
    request_id: request.requestId,
    errors,
  };
}
