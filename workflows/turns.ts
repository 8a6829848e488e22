/**
 * Runs steps one after the other, in the order they were asked for, whether those before succeed
 * or not. Local activities that run side by side are resolved in the order they end, but a replay
 * resolves them in the order they began: a run that had two at once may not be replayable.
 */
export function takeTurns(): <Result>(step: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const turn = last.then(step, step);
    last = turn;
    return turn;
  };
}
