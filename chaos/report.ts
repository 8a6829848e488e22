import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Settlement } from './final-checks';

export interface FaultResult {
  readonly name: string;
  readonly number: number;
  readonly target: string;
  /** Why it was not run; `null` when it was. */
  readonly skipped: string | null;
  readonly times: number;
  readonly inFlight: number;
  /** `null`: it was skipped, or did not recover. */
  readonly recoveredSeconds: number | null;
  readonly failures: readonly string[];
  readonly notes: string;
}

export interface ChaosRun {
  readonly seed: number;
  readonly orders: number;
  readonly long: boolean;
  readonly seconds: number;
  readonly faults: readonly FaultResult[];
  readonly settlement: Settlement;
}

/** Everything that did not hold, each with the fault or the invariant it belongs to. */
export function violationsOf({ faults, settlement }: ChaosRun): string[] {
  return [
    ...faults.flatMap(({ name, failures }) => failures.map((failure) => `${name}: ${failure}`)),
    ...settlement.violations,
  ];
}

/** The report as `chaos.json` keeps it. */
function toReport(run: ChaosRun): Record<string, unknown> {
  const { settlement } = run;
  const recoveries = run.faults.flatMap(({ name, recoveredSeconds }) =>
    recoveredSeconds === null ? [] : [[name, Number(recoveredSeconds.toFixed(2))]],
  );
  return {
    seed: run.seed,
    orders: run.orders,
    long: run.long,
    seconds: Math.round(run.seconds),
    faults: run.faults.map((fault) => ({
      name: fault.name,
      number: fault.number,
      target: fault.target,
      skipped: fault.skipped,
      times: fault.times,
      orders_in_flight: fault.inFlight,
      recovered_seconds: fault.recoveredSeconds,
      held: fault.skipped === null && fault.failures.length === 0,
      failures: fault.failures,
      notes: fault.notes,
    })),
    invariants: settlement.invariants,
    totals: settlement.totals,
    violations: violationsOf(run),
    recovery_seconds: Object.fromEntries(recoveries) as Record<string, number>,
    latencies: settlement.latencies,
  };
}

export function writeReport(run: ChaosRun, home: string): string {
  const file = resolve(home, 'reports', 'chaos.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(toReport(run), null, 2)}\n`);
  return file;
}
