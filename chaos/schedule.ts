import type { Fault, PlannedFault } from './faults/fault';
import type { Random } from './random';

export interface ScheduledFault extends PlannedFault {
  readonly fault: Fault;
  /** Pause after the one before has been recovered from, ms. */
  readonly afterMs: number;
}

/** The order, the pauses and the targets of all faults: the same for the same seed and options. */
export function planSchedule(
  faults: readonly Fault[],
  random: Random,
  long: boolean,
): ScheduledFault[] {
  const pauses = random.fork('pauses');
  const alone = faults.length === 1;
  return random
    .fork('order')
    .shuffle(faults)
    .map((fault) => ({
      fault,
      afterMs: pauses.integer(200, 1_200),
      ...fault.plan({ random: random.fork(fault.name), long, alone }),
    }));
}

export function formatSchedule(schedule: readonly ScheduledFault[]): string {
  return schedule
    .map(({ fault, afterMs, target }) => {
      const wait = `+${(afterMs / 1_000).toFixed(1)} s`.padStart(8);
      return `${wait}  ${`${fault.number}`.padStart(2)} ${fault.name.padEnd(26)} ${target}`;
    })
    .join('\n');
}
