import { z } from 'zod';
import { formatCash, formatDecimal, parseCash } from '../../domain/decimal';
import { type EquityHistory, equityHistory, RATIO_SCALE } from '../../domain/equity-history';
import { type CashFlows, foldCashFlows } from '../accounts/cash-flows';
import { latestEnd, readSpan } from '../accounts/history-span';
import {
  defaultTimeframe,
  TIMEFRAMES,
  type Timeframe,
  windowsOf,
} from '../accounts/history-windows';
import { readAccount } from '../accounts/read-account';
import { invalidRequest } from '../fields';
import { type CashFlowRow, findCashFlows } from '../queries/activities';
import { findEquityPoints } from '../queries/equity-points';
import { readVenueCalendar } from '../queries/venue';
import { defineRoute } from '../route';
import { instant, wordList } from '../schemas/scalars';
import type { VenueCalendar } from '../venue-calendar';

/** A week of minutes, and the minute that runs. */
const MAXIMUM_WINDOWS = 10_081;

const History = z.object({
  timestamp: z.array(z.int()),
  equity: z.array(z.number()),
  profit_loss: z.array(z.number()),
  profit_loss_pct: z.array(z.number()),
  base_value: z.number(),
  base_value_asof: z.string().optional(),
  timeframe: z.enum(TIMEFRAMES),
  /** By type of activity, an amount for each window; only types of which there is any. */
  cashflow: z.record(z.string(), z.array(z.number())),
});

export const getPortfolioHistory = defineRoute({
  method: 'GET',
  path: '/account/portfolio/history',
  operationId: 'getPortfolioHistory',
  tag: 'account',
  summary: 'What the account was worth, window by window',
  description:
    'Sampled every minute in which it changed, kept by the minute for eight days, by the quarter ' +
    'of an hour for forty and by the day for ever, since the account was opened or last reset; ' +
    'the window that runs shows the present value. Times are the beginning of a window, values ' +
    'those at its end. `period` counts back from `end`, or forth from `start`; a day is the ' +
    "venue's trading day. Intraday profits are those of their day, unless `pnl_reset=no_reset`. " +
    '`cashflow_types=ALL`, or `CSD` and `FEE`, adds deposits and fees.',
  doors: ['alpaca'],
  scope: 'read',
  query: z.object({
    period: z.string().max(10).optional(),
    timeframe: z.enum(TIMEFRAMES).optional(),
    start: instant.optional(),
    end: instant.optional(),
    date_end: instant.optional(),
    intraday_reporting: z.enum(['market_hours', 'extended_hours', 'continuous']).optional(),
    pnl_reset: z.enum(['per_day', 'no_reset']).optional(),
    cashflow_types: wordList(40).optional(),
  }),
  answers: {
    200: {
      description: 'The history',
      schema: History,
      example: {
        timestamp: [1_768_435_200, 1_768_521_600],
        equity: [100_000, 100_412.5],
        profit_loss: [0, 412.5],
        profit_loss_pct: [0, 0.004125],
        base_value: 100_000,
        timeframe: '1D',
        cashflow: {},
      },
    },
  },
  problems: ['account_not_found'],
  async answer({ db }, { principal, query }) {
    const nowMs = Date.now();
    const account = await readAccount(db, principal.accountId);
    const calendar = await readVenueCalendar(db);
    const end = query.end ?? endOfDay(query.date_end) ?? endOfLastSession(query, calendar, nowMs);
    const span = readSpan({ ...query, end }, Date.parse(account.created_at), nowMs);
    const timeframe = query.timeframe ?? defaultTimeframe(span);
    const continuous = query.intraday_reporting === 'continuous';
    const windows = windowsOf(calendar, span, timeframe, continuous, MAXIMUM_WINDOWS);
    if (windows.length > MAXIMUM_WINDOWS) throw tooMany();
    const from = new Date(windows[0]?.startMs ?? span.startMs).toISOString();
    const rows = await findEquityPoints(
      db,
      principal.accountId,
      from,
      new Date(nowMs).toISOString(),
    );
    const sampled = rows.map((row) => ({ atMs: row.at_ms, equity: parseCash(row.equity) }));
    const points = [...sampled, { atMs: nowMs, equity: parseCash(account.equity) }];
    const daily = timeframe !== '1D' && query.pnl_reset !== 'no_reset';
    const history = equityHistory(points, windows, daily);
    const shown = new Set(history.entries.map(({ startMs }) => startMs));
    const kinds = readFlowKinds(query.cashflow_types ?? []);
    const flows = foldCashFlows(
      kinds.length === 0 ? [] : await findCashFlows(db, principal.accountId, kinds, from),
      windows.filter(({ startMs }) => shown.has(startMs)),
    );
    return { status: 200, type: 'application/json', body: write(history, timeframe, flows) };
  },
});

const DAY_MS = 86_400_000;

/** A start without an end leads up to now. */
function endOfLastSession(
  { start }: { readonly start?: string | undefined },
  calendar: VenueCalendar,
  nowMs: number,
): string | undefined {
  return start === undefined ? new Date(latestEnd(calendar, nowMs)).toISOString() : undefined;
}

/** `date_end` names the last day, which is included. */
function endOfDay(day: string | undefined): string | undefined {
  if (day === undefined) return undefined;
  return new Date(Date.parse(day.slice(0, 10)) + DAY_MS).toISOString();
}

const FLOW_KINDS = ['CSD', 'FEE'] as const satisfies readonly CashFlowRow['kind'][];

/** `ALL`, `NONE` or types of activities; of most of them nothing ever happens here. */
function readFlowKinds(types: readonly string[]): CashFlowRow['kind'][] {
  return types.includes('ALL')
    ? [...FLOW_KINDS]
    : FLOW_KINDS.filter((kind) => types.includes(kind));
}

function tooMany() {
  const message = `at most ${MAXIMUM_WINDOWS} windows: a shorter time, or a longer timeframe`;
  return invalidRequest([{ field: 'timeframe', rule: 'too_many_windows', message }], 'query');
}

/** Numbers are written from exact decimal text, as no float ever holds money. */
function write(history: EquityHistory, timeframe: Timeframe, flows: CashFlows): string {
  const { entries, baseValue, baseAtMs } = history;
  const list = (numbers: readonly string[]) => `[${numbers.join(',')}]`;
  const day = baseAtMs === null ? null : new Date(baseAtMs).toISOString().slice(0, 10);
  const cashflow = [...flows].map(
    ([kind, amounts]) => `${JSON.stringify(kind)}:${list(amounts.map(formatCash))}`,
  );
  const members = [
    ['timestamp', list(entries.map(({ startMs }) => String(Math.floor(startMs / 1_000))))],
    ['equity', list(entries.map(({ equity }) => formatCash(equity)))],
    ['profit_loss', list(entries.map(({ profit }) => formatCash(profit)))],
    ['profit_loss_pct', list(entries.map((entry) => formatDecimal(entry.profitPpm, RATIO_SCALE)))],
    ['base_value', formatCash(baseValue)],
    ...(day === null ? [] : [['base_value_asof', JSON.stringify(day)]]),
    ['timeframe', JSON.stringify(timeframe)],
    ['cashflow', `{${cashflow.join(',')}}`],
  ];
  return `{${members.map(([name, value]) => `"${name ?? ''}":${value ?? ''}`).join(',')}}`;
}
