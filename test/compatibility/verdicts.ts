/** What works, differs or is not offered: the client's list, beside what the steps have shown. */
import path from 'node:path';
import { textOf } from './expectation';
import { readJsonLines, readStepFiles, type Step } from './step';
import { readEndpoints, readSentFields, readWords } from './surface';

export interface Row {
  readonly area: string;
  readonly what: string;
  readonly verdict: 'works' | 'differs' | 'not offered';
  readonly note: string;
}

export interface Note {
  /** An API of the client, an endpoint, `endpoint?parameter`, `endpoint.field`, `….field=value`. */
  readonly of: string;
  readonly verdict: Row['verdict'];
  readonly note: string;
  /** Of what is said of no endpoint. */
  readonly area?: string;
  /** The test that shows it where no step does. */
  readonly proof?: string;
}

export const NOTES = readJsonLines<Note>(path.join(__dirname, 'notes.jsonl'));

const AREAS: Readonly<Record<string, string>> = {
  'trading/OrdersApi': 'Orders',
  'trading/PositionsApi': 'Positions',
  'trading/AccountsApi': 'Account',
  'trading/AccountConfigurationsApi': 'Account',
  'trading/AccountActivitiesApi': 'Account',
  'trading/PortfolioHistoryApi': 'Account',
  'trading/AssetsApi': 'Assets, clock, calendar',
  'trading/ClockApi': 'Assets, clock, calendar',
  'trading/CalendarApi': 'Assets, clock, calendar',
  'trading/WatchlistsApi': 'Watchlists',
  'market-data/StockApi': 'Market data',
};
const ORDER = 'POST /v2/orders';
const REPLACE = 'PATCH /v2/orders/{order_id}';
/** Fields of an order whose words are a closed set, and the client's name of it. */
const WORDS: Readonly<Record<string, string>> = {
  side: 'OrderSide',
  type: 'OrderType',
  time_in_force: 'TimeInForce',
  order_class: 'OrderClass',
  position_intent: 'PositionIntent',
};

/** @throws Error for what has neither a step that works nor a note: somebody has to look. */
export function readVerdicts(): Row[] {
  const shown = readShown();
  const rows = [
    ...readEndpoints().flatMap(({ api, request, parameters }) => {
      const area = AREAS[api];
      if (area === undefined) return [judge('Others', request, shown, api)];
      const endpoint = judge(area, request, shown);
      if (endpoint.verdict === 'not offered') return [endpoint];
      return [endpoint, ...parameters.map((name) => judge(area, `${request}?${name}`, shown))];
    }),
    ...readSentFields('PostOrderRequest').flatMap((field) => [
      judge('Fields of an order', `${ORDER}.${field}`, shown),
      ...wordsOf(field).map((word) =>
        judge('Fields of an order', `${ORDER}.${field}=${word}`, shown),
      ),
    ]),
    ...readSentFields('PatchOrderRequest').map((field) =>
      judge('Fields of a replacement', `${REPLACE}.${field}`, shown),
    ),
    ...NOTES.flatMap(({ area, of, verdict, note }) =>
      area === undefined ? [] : [{ area, what: of, verdict, note }],
    ),
  ];
  return rows;
}

const wordsOf = (field: string): string[] =>
  WORDS[field] === undefined ? [] : readWords(WORDS[field]);

function judge(area: string, what: string, shown: ReadonlySet<string>, api = ''): Row {
  const parameter = /\?\w+$/.exec(what)?.[0];
  const note = NOTES.find(({ of }) => of === what || of === api || of === parameter);
  const isShown = shown.has(what) || note?.proof !== undefined;
  if (note !== undefined && (isShown || note.verdict !== 'works')) {
    return { area, what, verdict: note.verdict, note: note.note };
  }
  if (isShown) return { area, what, verdict: 'works', note: '' };
  throw new Error(`no step shows that ${what} works, and no note says that it does not`);
}

/** All that a step has asked for and been given. */
function readShown(): ReadonlySet<string> {
  const steps = readStepFiles().flatMap((file) => file.steps);
  return new Set(steps.filter(({ status }) => status < 400).flatMap(namesIn));
}

function namesIn({ request, query = {}, body = {} }: Step): string[] {
  return [
    request,
    ...Object.keys(query).map((name) => `${request}?${name}`),
    ...Object.entries(body).flatMap(([field, value]) => [
      `${request}.${field}`,
      `${request}.${field}=${textOf(value)}`,
    ]),
  ];
}
