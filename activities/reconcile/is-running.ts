import { type Client, WorkflowNotFoundError } from '@temporalio/client';

/** Asks the engine itself, because visibility lags; false when it knows no such workflow. */
export async function isRunning(temporal: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await temporal.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
