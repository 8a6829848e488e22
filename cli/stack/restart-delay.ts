const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;

/** A process that ran this long is taken as healthy: its next death starts the back-off anew. */
export const HEALTHY_AFTER_MS = 10_000;

/**
 * How long to wait before a process that died is started again.
 *
 * @param deaths - Deaths in a row without a healthy run between them, this one included; 1 or more.
 */
export function restartDelayMs(deaths: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (deaths - 1));
}
