import { type Client, WorkflowNotFoundError } from '@temporalio/client';

export interface NewestRun {
  readonly running: boolean;
  /** False: the engine has never heard of it, or has forgotten it. */
  readonly known: boolean;
  /** The line the UI shows of it; null when it has none, or when no run is known. */
  readonly summary: string | null;
}

/** Asks the engine itself, because visibility lags; a workflow it does not know runs not. */
export async function describeNewestRun(temporal: Client, workflowId: string): Promise<NewestRun> {
  try {
    const run = await temporal.workflow.getHandle(workflowId).describe();
    const running = run.status.name === 'RUNNING' || run.status.name === 'PAUSED';
    return { running, known: true, summary: (await run.staticSummary()) ?? null };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      return { running: false, known: false, summary: null };
    throw error;
  }
}
