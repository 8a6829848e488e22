import type { Latency } from './latencies';
import { type ChaosRun, type FaultResult, violationsOf } from './report';

/** The table a reader looks at first; at most 80 columns wide. */
export function formatTable(faults: readonly FaultResult[]): string {
  const head = formatRow('fault', 'times', 'in flight', 'recovered', 'held');
  return [head, '-'.repeat(78), ...faults.flatMap(formatFault)].join('\n');
}

function formatRow(...[fault, times, inFlight, recovered, held]: readonly string[]): string {
  return [
    (fault ?? '').padEnd(28),
    (times ?? '').padStart(6),
    (inFlight ?? '').padStart(10),
    (recovered ?? '').padStart(11),
    `  ${held ?? ''}`,
  ].join('');
}

function formatFault(fault: FaultResult): string[] {
  const name = `${String(fault.number).padStart(2)} ${fault.name}`;
  if (fault.skipped !== null) {
    return [formatRow(name, '-', '-', '-', 'SKIPPED'), ...indent([fault.skipped])];
  }
  const recovered =
    fault.recoveredSeconds === null ? 'never' : `${fault.recoveredSeconds.toFixed(1)} s`;
  const held = fault.failures.length === 0 ? 'all' : 'BROKEN';
  const row = formatRow(name, String(fault.times), String(fault.inFlight), recovered, held);
  return [row, ...indent(fault.failures)];
}

/** Lines of their own below a row, broken between words. */
const indent = (lines: readonly string[]): string[] =>
  lines
    .flatMap((line) => line.match(/.{1,72}(?:\s|$)|\S+/g) ?? [])
    .map((part) => `     ${part.trim()}`);

/** What is true of the whole run. */
export function formatTotals(run: ChaosRun): string {
  const { totals, latencies, invariants } = run.settlement;
  const broken = invariants.filter(({ violations }) => violations > 0).map(({ name }) => name);
  const statuses = Object.entries(totals.statuses).map(([status, count]) => `${count} ${status}`);
  const figures = (label: string, group: 'without_faults' | 'with_faults'): string[] => {
    const { accept, fill } = latencies[group];
    if (accept.count === 0) return [];
    const text = ({ p50, p99 }: Latency): string => `p50 ${p50} p99 ${p99} ms`;
    return [`${label}accept ${text(accept)}, fill ${text(fill)}`];
  };
  const violations = violationsOf(run);
  return [
    `orders        ${totals.orders} in = ${totals.closed} ended (${statuses.join(', ')})`,
    `acknowledged  ${totals.acknowledged}, each exactly once`,
    `executions    ${totals.trades} reported = ${totals.fills} settled`,
    `events        ${totals.events} written; one account's ${totals.consumed} applied once,` +
      ` ${totals.duplicates} repeats`,
    `money         ${totals.bankReadings} readings, ${totals.bankTotals} total; ` +
      `held ${totals.held}`,
    `histories     the ${totals.replayed} longest replayed`,
    `quiet         ${totals.quietSeconds.toFixed(1)} s after the last fault, ` +
      `every workflow ${totals.atRestSeconds.toFixed(1)} s later`,
    ...figures('undisturbed   ', 'without_faults'),
    ...figures('with faults   ', 'with_faults'),
    `invariants    ${broken.length === 0 ? 'I1 to I12 hold' : `BROKEN: ${broken.join(', ')}`}`,
    `violations    ${violations.length}`,
    ...violations.slice(0, 20).map((violation) => `  ${violation}`),
  ].join('\n');
}
