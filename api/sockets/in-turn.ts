import type { Connection } from './connection';

/** A client has no reason to send more than a few messages before the first is answered. */
const MESSAGES_WAITING = 100;

/**
 * Runs the steps of one socket one after the other, so that a message may rely on the one before
 * it although that is not answered yet. A client that floods it is dropped.
 */
export function inTurn(
  connection: Connection,
  onError: (error: unknown) => void,
): (step: () => Promise<void>) => void {
  let turn = Promise.resolve();
  let waiting = 0;
  return (step) => {
    waiting += 1;
    if (waiting > MESSAGES_WAITING) connection.drop('flooded');
    turn = turn
      .then(() => (connection.isOpen() ? step() : undefined))
      .catch(onError)
      .finally(() => {
        waiting -= 1;
      });
  };
}
