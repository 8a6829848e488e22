/**
 * A market that does what a test says: it takes commands as the real session does and writes the
 * same rows, but trades, expires and refuses only when told, at any price that the order allows.
 */
import { type Kysely, sql } from 'kysely';
import type { ReportKind, ReportReason } from '../../domain/book/types';
import {
  formatCash,
  formatQuantity,
  parsePrice,
  parseQuantity,
  tradeAmount,
} from '../../domain/decimal';
import { type FeeColumns, toFeeRates } from '../../activities/fee-rates';
import { tradeFee } from '../../domain/ledger/fees';
import type { Database } from '../../schema/database';

/** An order as this market knows it; quantities in 1e-9. */
interface LiveOrder {
  readonly orderId: string;
  readonly rootId: string;
  readonly accountId: string;
  readonly quantity: bigint;
  filled: bigint;
}

interface ReportSpec {
  readonly kind: ReportKind;
  readonly leaves: bigint;
  readonly reason?: ReportReason | null;
  readonly replacementId?: string | null;
  readonly trade?: TradeSpec;
}

interface TradeSpec {
  /** 1e-9. */
  readonly quantity: bigint;
  /** Decimal text. */
  readonly price: string;
  readonly liquidity: 'maker' | 'taker';
  readonly counterparty: 'market_maker' | 'user';
  /** Report id of the taker's side; `null` makes this report the taker's. */
  readonly tradeId: string | null;
}

export interface ScriptedMarket {
  /** Takes every waiting command; returns how many. Replaces are refused where `refuse` says so. */
  takeCommands(refuse?: (orderId: string) => boolean): Promise<number>;
  /** Trades an order with the house's quote; returns the report's id. */
  trade(orderId: string, quantity: string, price: string): Promise<string>;
  /** Trades two orders with each other, the buyer as taker. */
  cross(buyId: string, sellId: string, quantity: string, price: string): Promise<void>;
  cancel(orderId: string, reason: ReportReason): Promise<void>;
  expire(orderId: string): Promise<void>;
  reject(orderId: string, reason: ReportReason): Promise<void>;
  trigger(orderId: string): Promise<void>;
  /** Answers a cancel with a refusal although the order lives, as for a malformed command. */
  refuseCancel(orderId: string): Promise<void>;
  /** What is open of an order, 1e-9; 0 when it is not in the book. */
  leavesOf(orderId: string): bigint;
  readonly openOrders: readonly string[];
}

interface Command {
  readonly command_id: string;
  readonly order_id: string;
  readonly kind: string;
  readonly payload: Record<string, string | null>;
}

type LiveOrders = ReturnType<typeof createLiveOrders>;

/** What is in the pretended book, and the reports about it. */
function createLiveOrders(db: Kysely<Database>, symbol: string) {
  const live = new Map<string, LiveOrder>();
  /** Also of orders that are gone: late requests are answered about them. */
  const owners = new Map<string, { rootId: string; accountId: string }>();

  const write = (orderId: string, spec: ReportSpec) =>
    writeReport(db, symbol, { ...owners.get(orderId)!, orderId }, spec);
  const close = async (orderId: string, kind: ReportKind, reason: ReportReason | null) => {
    live.delete(orderId);
    await write(orderId, { kind, leaves: 0n, reason });
  };
  const leavesOf = (orderId: string): bigint => {
    const order = live.get(orderId);
    return order === undefined ? 0n : order.quantity - order.filled;
  };
  const fill = async (orderId: string, spec: TradeSpec): Promise<string> => {
    const order = live.get(orderId)!;
    order.filled += spec.quantity;
    const leaves = leavesOf(orderId);
    if (leaves === 0n) live.delete(orderId);
    return write(orderId, { kind: 'trade', leaves, trade: spec });
  };
  const join = (order: LiveOrder): void => {
    live.set(order.orderId, order);
    owners.set(order.orderId, order);
  };
  return { live, owners, write, close, leavesOf, fill, join };
}

async function applyReplace(
  { live, write, leavesOf, join }: LiveOrders,
  { order_id: orderId, payload }: Command,
  refuse: (orderId: string) => boolean,
): Promise<void> {
  const replacementId = payload['replacement_id']!;
  const quantity = parseQuantity(payload['quantity']!);
  const old = live.get(orderId);
  if (old === undefined || quantity < old.filled || refuse(orderId)) {
    const reason = old === undefined ? 'order_not_open' : 'quantity_below_filled';
    const leaves = leavesOf(orderId);
    await write(orderId, { kind: 'replace_rejected', leaves, replacementId, reason });
    return;
  }
  live.delete(orderId);
  const leaves = quantity - old.filled;
  if (leaves > 0n) join({ ...old, orderId: replacementId, quantity });
  await write(orderId, { kind: 'replaced', leaves, replacementId });
}

export function createScriptedMarket(db: Kysely<Database>, symbol: string): ScriptedMarket {
  const orders = createLiveOrders(db, symbol);
  const { live, owners, write, close, leavesOf, fill, join } = orders;

  const apply = async (command: Command, refuse: (orderId: string) => boolean): Promise<void> => {
    const { order_id: orderId, kind, payload } = command;
    const owner = await findOwner(db, orderId);
    owners.set(orderId, owner);
    if (kind === 'submit') {
      const quantity = parseQuantity(payload['quantity']!);
      join({ orderId, ...owner, quantity, filled: 0n });
    } else if (kind === 'cancel') {
      if (live.has(orderId)) await close(orderId, 'canceled', 'requested');
      else await write(orderId, { kind: 'cancel_rejected', leaves: 0n, reason: 'order_not_open' });
    } else {
      await applyReplace(orders, command, refuse);
    }
  };

  return {
    async takeCommands(refuse = () => false) {
      const commands = await findCommands(db, symbol);
      for (const command of commands) {
        await markApplied(db, symbol, command.command_id);
        await apply(command, refuse);
      }
      return commands.length;
    },
    trade: (orderId, quantity, price) =>
      fill(orderId, {
        quantity: parseQuantity(quantity),
        price,
        liquidity: 'taker',
        counterparty: 'market_maker',
        tradeId: null,
      }),
    async cross(buyId, sellId, text, price) {
      const shared = { quantity: parseQuantity(text), price, counterparty: 'user' } as const;
      const tradeId = await fill(buyId, { ...shared, liquidity: 'taker', tradeId: null });
      await fill(sellId, { ...shared, liquidity: 'maker', tradeId });
    },
    cancel: (orderId, reason) => close(orderId, 'canceled', reason),
    expire: (orderId) => close(orderId, 'expired', 'session_close'),
    reject: (orderId, reason) => close(orderId, 'rejected', reason),
    async trigger(orderId) {
      await write(orderId, { kind: 'triggered', leaves: leavesOf(orderId) });
    },
    async refuseCancel(orderId) {
      for (const command of await findCommands(db, symbol)) {
        if (command.kind === 'cancel' && command.order_id === orderId) {
          await markApplied(db, symbol, command.command_id);
        }
      }
      await write(orderId, { kind: 'cancel_rejected', leaves: leavesOf(orderId) });
    },
    leavesOf,
    get openOrders() {
      return [...live.keys()];
    },
  };
}

async function findCommands(db: Kysely<Database>, symbol: string): Promise<Command[]> {
  const { rows } = await sql<Command>`
    select command_id, order_id, kind, payload from market_commands
    where symbol = ${symbol} and applied_sequence is null order by command_id`.execute(db);
  return rows;
}

async function markApplied(db: Kysely<Database>, symbol: string, commandId: string): Promise<void> {
  await sql`
    with cursor as (
      update feed_cursors set command_sequence = command_sequence + 1 where symbol = ${symbol}
      returning command_sequence
    )
    update market_commands set applied_sequence = cursor.command_sequence, applied_tick = 1
    from cursor where command_id = ${commandId}`.execute(db);
}

async function findOwner(db: Kysely<Database>, orderId: string) {
  const row = await db
    .selectFrom('orders')
    .select(['root_id', 'account_id'])
    .where('order_id', '=', orderId)
    .executeTakeFirstOrThrow();
  return { rootId: row.root_id, accountId: row.account_id };
}

interface ReportOwner {
  readonly orderId: string;
  readonly rootId: string;
  readonly accountId: string;
}

async function writeReport(
  db: Kysely<Database>,
  symbol: string,
  { orderId, rootId, accountId }: ReportOwner,
  { kind, leaves, reason = null, replacementId = null, trade }: ReportSpec,
): Promise<string> {
  const { sequence, ...fees } = await nextSequence(db, symbol);
  const reportId = `${symbol}-${sequence}`;
  await db
    .insertInto('execution_reports')
    .values({
      report_id: reportId,
      symbol,
      sequence,
      order_id: orderId,
      root_id: rootId,
      account_id: accountId,
      kind,
      replacement_id: replacementId,
      leaves: formatQuantity(leaves),
      reason,
      tick_index: 1,
      market_at: '2020-03-16T14:30:00Z',
      ...(trade === undefined ? {} : tradeColumns(trade, fees, reportId)),
    })
    .execute();
  return reportId;
}

function tradeColumns(trade: TradeSpec, fees: FeeColumns, reportId: string) {
  const amount = tradeAmount(parsePrice(trade.price), trade.quantity);
  const traded = { amount, quantity: trade.quantity };
  return {
    trade_id: trade.tradeId ?? reportId,
    price: trade.price,
    quantity: formatQuantity(trade.quantity),
    amount: formatCash(amount),
    fee: formatCash(tradeFee(traded, trade.liquidity, toFeeRates(fees))),
    liquidity: trade.liquidity,
    counterparty: trade.counterparty,
  };
}

async function nextSequence(db: Kysely<Database>, symbol: string) {
  const { rows } = await sql<{ sequence: string } & FeeColumns>`
    update feed_cursors set report_sequence = report_sequence + 1 from assets
    where feed_cursors.symbol = ${symbol} and assets.symbol = feed_cursors.symbol
    returning report_sequence as sequence, maker_fee_ppm, taker_fee_ppm,
      maker_fee_per_share, taker_fee_per_share`.execute(db);
  return rows[0]!;
}
