import { waitUntil } from '../../cli/stack/wait-until';

const DEFAULT_TIMEOUT_MS = 15_000;
const POLL_MS = 25;

/**
 * Polls until the probe answers something other than undefined or false, and returns that.
 *
 * @param what - Completes "waited 15 s for ...": what the test expects to come true.
 * @throws Error with `what` and the last failure of the probe when the time is over.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<T> {
  return waitUntil({ what, timeoutMs, everyMs: POLL_MS }, probe);
}
