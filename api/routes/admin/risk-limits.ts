import { z } from 'zod';
import { formatCash, formatQuantity, parseCash, parseQuantity } from '../../../domain/decimal';
import type { Dependencies } from '../../dependencies';
import { invalidRequest } from '../../fields';
import { ProblemError } from '../../problem-error';
import { findAccount } from '../../queries/accounts';
import { findRiskLimits, type RiskLimitsRow, saveRiskLimits } from '../../queries/risk-limits';
import { defineRoute } from '../../route';
import { decimal, decimalText, uuid, wholeNumber } from '../../schemas/scalars';

const whole = (minimum: number, maximum: number) => decimal.pipe(wholeNumber(minimum, maximum));

const Changes = z.object({
  account_id: uuid.nullish(),
  max_order_qty: decimal.nullish(),
  max_notional: decimal.nullish(),
  min_notional: decimal.nullish(),
  max_position: decimal.nullish(),
  daily_loss_limit: decimal.nullish(),
  max_open_orders: whole(0, 1_000_000).nullish(),
  /** Millionths of the market's price. */
  price_collar_ppm: whole(1, 999_999).nullish(),
  /** So many equal orders within so many milliseconds are taken, not one more. */
  duplicates: z.object({ orders: whole(1, 1_000), window_ms: whole(1, 60_000) }).nullish(),
});
type Changes = z.infer<typeof Changes>;

const RiskLimits = z.object({
  account_id: uuid.nullable(),
  max_order_qty: decimalText.nullable(),
  max_notional: decimalText.nullable(),
  min_notional: decimalText.nullable(),
  max_position: decimalText.nullable(),
  daily_loss_limit: decimalText.nullable(),
  max_open_orders: z.int().nullable(),
  price_collar_ppm: z.int().nullable(),
  duplicates: z.object({ orders: z.int(), window_ms: z.int() }).nullable(),
});
type RiskLimits = z.infer<typeof RiskLimits>;

const common = {
  path: '/admin/risk-limits',
  tag: 'admin',
  doors: ['short'],
  scope: 'admin',
  answers: { 200: { description: 'The limits as they stand', schema: RiskLimits } },
  problems: ['account_not_found'],
} as const;

export const getRiskLimits = defineRoute({
  ...common,
  method: 'GET',
  operationId: 'getRiskLimits',
  summary: 'How much an account, or everybody, may do',
  description: 'Without `account_id` what holds where an account has no limit of its own.',
  query: z.object({ account_id: uuid.optional() }),
  async answer({ db }, { query }) {
    const accountId = await readAccountId(db, query.account_id);
    return { status: 200, body: toLimits(accountId, await findRiskLimits(db, accountId)) };
  },
});

export const patchRiskLimits = defineRoute({
  ...common,
  method: 'PATCH',
  operationId: 'changeRiskLimits',
  summary: 'Change what is given, keep the rest',
  description:
    'From the next order on. `null` takes a limit away: of an account, so that the one for ' +
    'everybody holds again. Orders that are open stay as they are.',
  body: Changes,
  example: { max_order_qty: '500', daily_loss_limit: '2500' },
  async answer({ db }, { body }) {
    const accountId = await readAccountId(db, body.account_id);
    const row = await saveRiskLimits(db, accountId, changesOf(body));
    return { status: 200, body: toLimits(accountId, row) };
  },
});

async function readAccountId(
  db: Dependencies['db'],
  accountId: string | null | undefined,
): Promise<string | null> {
  if (accountId == null) return null;
  if ((await findAccount(db, accountId)) !== undefined) return accountId;
  throw new ProblemError('account_not_found', `account_id: no account ${accountId}.`);
}

function changesOf(body: Changes): Partial<RiskLimitsRow> {
  const { duplicates } = body;
  const changes = {
    max_order_quantity: readAmount('max_order_qty', body.max_order_qty, SHARES),
    max_notional: readAmount('max_notional', body.max_notional, CASH),
    min_notional: readAmount('min_notional', body.min_notional, CASH),
    max_position: readAmount('max_position', body.max_position, SHARES),
    daily_loss_limit: readAmount('daily_loss_limit', body.daily_loss_limit, CASH),
    max_open_orders: body.max_open_orders,
    price_collar_ppm: body.price_collar_ppm,
    duplicate_orders: duplicates == null ? duplicates : duplicates.orders,
    duplicate_window_ms: duplicates == null ? duplicates : duplicates.window_ms,
  };
  // Absent is not null: it stays as it is.
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

interface Measure {
  readonly parse: (text: string) => bigint;
  readonly format: (amount: bigint) => string;
}

const SHARES: Measure = { parse: parseQuantity, format: formatQuantity };
const CASH: Measure = { parse: parseCash, format: formatCash };
/** What the columns hold, in either measure. */
const MOST = '1000000000000';

function readAmount(
  field: string,
  text: string | null | undefined,
  { parse, format }: Measure,
): string | null | undefined {
  if (text == null) return text;
  try {
    const amount = parse(text);
    if (amount > 0n && amount <= parse(MOST)) return format(amount);
  } catch {
    // More digits than there are: refused below.
  }
  const message = `expected a number above 0 and at most ${MOST}`;
  throw invalidRequest([{ field, rule: 'limit_range', message }], 'body');
}

function toLimits(accountId: string | null, row: RiskLimitsRow | undefined): RiskLimits {
  const shown = (text: string | null | undefined, { parse, format }: Measure): string | null =>
    text == null ? null : format(parse(text));
  const { duplicate_orders: orders = null, duplicate_window_ms: windowMs = null } = row ?? {};
  return {
    account_id: accountId,
    max_order_qty: shown(row?.max_order_quantity, SHARES),
    max_notional: shown(row?.max_notional, CASH),
    min_notional: shown(row?.min_notional, CASH),
    max_position: shown(row?.max_position, SHARES),
    daily_loss_limit: shown(row?.daily_loss_limit, CASH),
    max_open_orders: row?.max_open_orders ?? null,
    price_collar_ppm: row?.price_collar_ppm ?? null,
    duplicates: orders === null || windowMs === null ? null : { orders, window_ms: windowMs },
  };
}
