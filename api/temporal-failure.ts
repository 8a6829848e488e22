import { RefusalError } from '../domain/refusal';
import { isRefusalCode } from './problems';

/**
 * Finds the refusal a workflow answered an update with, along the chain of causes; `null` when the
 * failure is something else. Names are compared, because two copies of the SDK are two classes.
 */
export function findRefusal(error: unknown): RefusalError | null {
  for (let current: unknown = error, depth = 0; depth < 8; depth += 1) {
    if (!(current instanceof Error)) return null;
    const { type, details } = current as Error & { type?: unknown; details?: unknown };
    if (current.name === 'ApplicationFailure' && typeof type === 'string' && isRefusalCode(type)) {
      return new RefusalError(type, current.message, readDetails(details));
    }
    current = current.cause;
  }
  return null;
}

function readDetails(details: unknown): Record<string, string> {
  const first: unknown = Array.isArray(details) ? details[0] : undefined;
  if (typeof first !== 'object' || first === null) return {};
  return Object.fromEntries(
    Object.entries(first).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

const GONE = new Set(['WorkflowNotFoundError', 'WorkflowExecutionAlreadyStartedError']);

/** Whether the run that was asked has ended, or never was. */
export function isRunGone(error: unknown): boolean {
  for (let current: unknown = error, depth = 0; depth < 8; depth += 1) {
    if (!(current instanceof Error)) return false;
    if (GONE.has(current.name)) return true;
    // A run that closes while an update is on its way fails the update with this type.
    const { type } = current as Error & { type?: unknown };
    if (type === 'AcceptedUpdateCompletedWorkflow') return true;
    current = current.cause;
  }
  return false;
}
