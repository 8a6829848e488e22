import {
  type ActivityOptions,
  proxyActivities,
  setCurrentDetails,
  sleep,
} from '@temporalio/workflow';
import type { ReconcileActivities } from '../activities/reconcile/reconcile-activities';
import type { ReconcileInput } from './contract';

/** Regular activities: this is one run a minute, and each step should be seen in the history. */
const STEP: ActivityOptions = {
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '50 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 3 },
};

const steps = proxyActivities<ReconcileActivities>(STEP);

/** Reads whole tables, each statement within a bound of its own; the next run tries again. */
const checks = proxyActivities<Pick<ReconcileActivities, 'checkStoredData'>>({
  startToCloseTimeout: '4 minutes',
  retry: { maximumAttempts: 1 },
});

/** One look at everything that should be so and may not be; each run ends. */
export interface ReconcileResult {
  readonly findings: readonly Finding[];
}

interface Finding {
  readonly looked: string;
  readonly found: string;
}

/**
 * Mends what no order can mend for itself: a feed that does not run, an order whose workflow is
 * gone, a signal that was lost. It never moves money: it starts and rings those who do.
 *
 * @param input - Only from a person who answers the alarm of too many orders without a workflow.
 */
export async function reconcileWorkflow(input?: ReconcileInput): Promise<ReconcileResult> {
  const findings: Finding[] = [];
  const failures: unknown[] = [];
  // One step that fails must not keep the others from looking.
  const look = async (looked: string, step: () => Promise<string>): Promise<void> => {
    try {
      findings.push({ looked, found: await step() });
    } catch (error) {
      failures.push(error);
      findings.push({ looked, found: '**failed**, see the history' });
    }
    setCurrentDetails(tableOf(findings));
  };

  await look('feeds', async () => {
    const { symbols, started } = await steps.startMissingFeeds();
    const outcome = started.length === 0 ? 'all running' : `started ${started.join(', ')}`;
    return `${symbols} symbols, ${outcome}`;
  });
  await look('reports nobody settled', async () => `rang ${await steps.ringUnsettled()}`);
  await look('orders and their workflows', async () => {
    const { running, orphans, resumed, alarmed, lingering } = await matchRuns(input);
    const acted = alarmed ? '**alarm: a person must decide, none resumed**' : `resumed ${resumed}`;
    return `${running} running, ${orphans} orphans (${acted}), rang ${lingering} lingering`;
  });
  await look('invariants', async () => {
    const { checked, broken } = await checks.checkStoredData();
    if (!checked) return 'not this time: the last check was long';
    if (broken.length === 0) return 'all hold';
    return broken.map((one) => `**${one.invariant}** broken ${one.violations}x`).join(', ');
  });

  if (failures.length > 0) throw failures[0];
  return { findings };
}

const LOOKS_PER_DECISION = 100;

/**
 * A decision is for all who are lost, however many looks that takes: the next run, which has no
 * decision, would take the few that are left for an accident and cancel them. A look that resumes
 * nobody is none that ends it: what was started is listed a moment later.
 */
async function matchRuns(input?: ReconcileInput) {
  const total = { running: 0, orphans: 0, resumed: 0, lingering: 0, alarmed: false };
  for (let look = 1; ; look += 1) {
    const found = await (input === undefined
      ? steps.matchRunsWithOrders()
      : steps.matchRunsWithOrders(input));
    total.running = found.running;
    total.alarmed = found.alarmed;
    total.orphans += found.orphans;
    total.resumed += found.resumed.length;
    total.lingering += found.lingering.length;
    if (input === undefined || found.left === 0 || look === LOOKS_PER_DECISION) return total;
    await sleep('1 second');
  }
}

/** A Markdown table for the Temporal UI, one line per thing looked at. */
function tableOf(findings: readonly Finding[]): string {
  const lines = findings.map(({ looked, found }) => `| ${looked} | ${found} |`);
  return ['| looked at | found |', '|---|---|', ...lines].join('\n');
}
