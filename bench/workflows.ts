import { condition, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';

/** The engine's floor: a workflow that does nothing. */
export async function emptyWorkflow(): Promise<void> {
  await Promise.resolve();
}

export const answerUpdate = defineUpdate<string>('answer');
export const finishSignal = defineSignal('finish');

/** The floor of an order's accept: nothing but an answer by update-with-start. */
export async function answeringWorkflow(): Promise<void> {
  let answered = false;
  setHandler(answerUpdate, () => {
    answered = true;
    return 'here';
  });
  await condition(() => answered);
}
