import type { Progress } from '../progress';
import type { Random } from '../random';
import type { World } from '../world';

/** What injecting a fault came to. */
export interface Injected {
  readonly times: number;
  /** When the trouble was over and recovery began, ms of `performance.now()`. */
  readonly since: number;
  /** What did not hold; empty when all did. */
  readonly failures: readonly string[];
  /** Figures worth printing. */
  readonly notes?: string;
  /** Recovery as the fault itself measured it, ms; else the time until its `progress`. */
  readonly recoveredMs?: number;
}

/** A fault whose targets are chosen, not yet injected. */
export interface PlannedFault {
  /** What the seed chose, for the printed schedule. */
  readonly target: string;
  readonly inject: (world: World) => Promise<Injected>;
}

export interface PlanContext {
  readonly random: Random;
  readonly long: boolean;
  /** Whether it is the run's only drill: it takes its full size then. */
  readonly alone: boolean;
}

export interface Fault {
  /** As `FAULTS=` names it. */
  readonly name: string;
  /** Its number in the table of faults of docs/failure-model.md. */
  readonly number: number;
  readonly what: string;
  /** Checked after it, on top of what is checked after every run. */
  readonly holds: string;
  /** What must move again before the load is recovered. */
  readonly progress: readonly Progress[];
  /** Whether the short form has it unless told otherwise. */
  readonly short: boolean;
  /** Why it cannot run on this machine; `null` when it can. */
  readonly unavailable?: () => string | null;
  readonly plan: (context: PlanContext) => PlannedFault;
}

/** The usual outcome of a fault that is over the moment it strikes. */
export const struck = (times: number, failures: readonly string[] = []): Injected => ({
  times,
  since: performance.now(),
  failures,
});
