import { RefusalError } from '../domain/refusal';
import { listCauses } from '../platform/causes';
import { isRefusalCode } from './problems';

/**
 * Finds the refusal a workflow answered an update with, along the chain of causes; `null` when the
 * failure is something else. Names are compared, because two copies of the SDK are two classes.
 */
export function findRefusal(error: unknown): RefusalError | null {
  for (const { name, type, message, details } of listCauses(error)) {
    if (name === 'ApplicationFailure' && typeof type === 'string' && isRefusalCode(type)) {
      return new RefusalError(type, String(message), readDetails(details));
    }
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

const GONE = new Set<unknown>(['WorkflowNotFoundError', 'WorkflowExecutionAlreadyStartedError']);

/** Whether the run that was asked has ended, or never was. */
export function isRunGone(error: unknown): boolean {
  return listCauses(error).some(
    // A run that closes while an update is on its way fails the update with this type.
    ({ name, type }) => GONE.has(name) || type === 'AcceptedUpdateCompletedWorkflow',
  );
}
