import type { Notifier } from '../platform/notifier';
import type { EventSink } from './publish-events';

/**
 * The event stream of one machine: the `events` table is the log, readers follow it by sequence
 * up to the last published row, and a NOTIFY after commit tells them to look.
 */
export function createPostgresSink(notifier: Notifier): EventSink {
  return {
    // The marks themselves are the publication; they commit with the caller's transaction.
    publish: () => Promise.resolve(),
    committed(accountIds) {
      for (const accountId of accountIds) notifier.ring(accountId);
    },
  };
}
