import { Counter, Gauge, type Registry } from 'prom-client';
import { INVARIANT_NAMES, type InvariantName } from '../../invariants/invariant';

const RECONCILE_ALARMS = ['too_many_orphans', 'forgotten_orders'] as const;
export type ReconcileAlarm = (typeof RECONCILE_ALARMS)[number];

export interface ReconcileMetrics {
  readonly orphans: Gauge;
  /** `null`: there is none. */
  readonly setAlarm: (reason: ReconcileAlarm | null) => void;
  readonly resumed: Counter;
  readonly rung: Counter<'reason'>;
  readonly feedsStarted: Counter;
  readonly ledgerImbalance: Gauge;
  readonly setViolations: (name: InvariantName, violations: number) => void;
  readonly workerErrors: Counter<'activity'>;
}

/** What reconciliation counts; everything starts at 0, so that "any occurrence" can be an alert. */
export function createReconcileMetrics(registry: Registry): ReconcileMetrics {
  const registers = [registry];
  const alarm = new Gauge({
    name: 'reconcile_alarm',
    help: '1 while reconciliation refuses to act, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  for (const reason of RECONCILE_ALARMS) alarm.set({ reason }, 0);
  const violations = new Gauge({
    name: 'invariant_violations',
    help: 'Violations the newest check found, by invariant; any is a bug.',
    labelNames: ['invariant'] as const,
    registers,
  });
  for (const invariant of INVARIANT_NAMES) violations.set({ invariant }, 0);
  const rung = new Counter({
    name: 'reconcile_rings_total',
    help: 'Signals sent again by reconciliation, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  for (const reason of ['unsettled', 'lingering']) rung.inc({ reason }, 0);
  return {
    rung,
    setAlarm: (raised) => {
      for (const reason of RECONCILE_ALARMS) alarm.set({ reason }, reason === raised ? 1 : 0);
    },
    setViolations: (invariant, count) => {
      violations.set({ invariant }, count);
    },
    orphans: new Gauge({
      name: 'reconcile_orphans',
      help: 'Orders without a running workflow, as the newest run found them.',
      registers,
    }),
    resumed: new Counter({
      name: 'reconcile_resumed_total',
      help: 'Orders whose workflow reconciliation started again.',
      registers,
    }),
    feedsStarted: new Counter({
      name: 'reconcile_feeds_started_total',
      help: 'Feeds that did not run and were started.',
      registers,
    }),
    ledgerImbalance: new Gauge({
      name: 'ledger_imbalance_minor_units',
      help: 'By how much the ledger is out of balance, over all units; anything but 0 is a bug.',
      registers,
    }),
    workerErrors: new Counter({
      name: 'worker_errors_total',
      help: 'Attempts of a step that failed and are tried again, by activity.',
      labelNames: ['activity'] as const,
      registers,
    }),
  };
}
