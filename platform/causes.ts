/** A thrown value, looked at without trusting its class: it may come from another realm or copy. */
export interface Failure {
  readonly name?: unknown;
  readonly message?: unknown;
  /** A SQLSTATE, a system error's name, or a gRPC status. */
  readonly code?: unknown;
  /** Of an ApplicationFailure. */
  readonly type?: unknown;
  readonly details?: unknown;
  readonly cause?: unknown;
  /** Of an AggregateError: one failure per address that was tried. */
  readonly errors?: unknown;
}

const MAXIMUM_DEPTH = 8;

/** An error and what caused it, outermost first. */
export function listCauses(error: unknown): Failure[] {
  const causes: Failure[] = [];
  let current: unknown = error;
  while (typeof current === 'object' && current !== null && causes.length < MAXIMUM_DEPTH) {
    const failure: Failure = current;
    causes.push(failure);
    current = Array.isArray(failure.errors) ? failure.errors[0] : failure.cause;
  }
  return causes;
}
