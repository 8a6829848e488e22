import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { formatCash, formatQuantity } from '../../domain/decimal';
import { marginStanding, planReductions, type Reduction } from '../../domain/risk/margin';
import { fingerprintOf, orderIdOf } from '../../platform/identity';
import type { Database } from '../../schema/database';
import type { OrderInstruction } from '../../workflows/contract';
import { type AccountRow, lockAccount, type Trx } from '../account-state';
import { noChanges, writeChanges } from '../changes';
import { countOrdersOf, findOpenOrders, type OpenOrder, readMarginState } from './margin-facts';

/** What is to be done about an account, decided under its lock. */
export interface Supervision {
  readonly change: 'opened' | 'closed' | null;
  /** The account is under a margin call from now on. */
  readonly called: boolean;
  /** Roots to cancel: what they hold cannot be sold. */
  readonly cancels: readonly OpenOrder[];
  readonly orders: readonly OrderInstruction[];
}

const NOTHING_TO_DO = { cancels: [], orders: [] } as const;
/** A forced order that came to nothing is followed by the next one no sooner than this. */
const PAUSE_BETWEEN_ROUNDS_MS = 5_000;

/**
 * Opens, keeps or ends the margin call of one account and says what its reduction needs. Safe to
 * repeat: forced orders are named by the call, the symbol and a count, so the same look gives the
 * same orders, and placing one twice finds the first.
 */
export async function superviseAccount(
  db: Kysely<Database>,
  accountId: string,
): Promise<Supervision> {
  return db.transaction().execute(async (trx) => {
    const account = await lockAccount(trx, accountId);
    const state = await readMarginState(trx, account);
    const { equity, requirement } = marginStanding(state);
    // Who has nothing left cannot be reduced further; a debt alone leaves no buying power.
    const covered = equity >= requirement || state.holdings.length === 0;
    if (account.marginCallId === null) {
      // Not asked for its multiplier: an owner who caps it to 1 still owes what was borrowed.
      if (covered) return { change: null, called: false, ...NOTHING_TO_DO };
      const callId = randomUUID();
      await openCall(trx, account, callId, equity, requirement);
      const plan = await planFor(trx, account, callId, planReductions(state));
      return { change: 'opened', called: true, ...plan };
    }
    if (covered) {
      await closeCall(trx, account, account.marginCallId, equity, requirement);
      return { change: 'closed', called: false, ...NOTHING_TO_DO };
    }
    const plan = await planFor(trx, account, account.marginCallId, planReductions(state));
    return { change: null, called: true, ...plan };
  });
}

async function openCall(
  trx: Trx,
  account: AccountRow,
  callId: string,
  equity: bigint,
  requirement: bigint,
): Promise<void> {
  const { accountId, epoch } = account;
  await trx
    .insertInto('margin_calls')
    .values({
      call_id: callId,
      account_id: accountId,
      epoch,
      equity: formatCash(equity),
      requirement: formatCash(requirement),
    })
    .execute();
  await setCall(trx, accountId, callId);
  await announce(trx, account, 'opened', callId, equity, requirement);
}

async function closeCall(
  trx: Trx,
  account: AccountRow,
  callId: string,
  equity: bigint,
  requirement: bigint,
): Promise<void> {
  await trx
    .updateTable('margin_calls')
    .set({ closed_at: sql`clock_timestamp()` })
    .where('call_id', '=', callId)
    .execute();
  await setCall(trx, account.accountId, null);
  await announce(trx, account, 'closed', callId, equity, requirement);
}

function setCall(trx: Trx, accountId: string, callId: string | null) {
  return trx
    .updateTable('accounts')
    .set({ margin_call_id: callId })
    .where('account_id', '=', accountId)
    .execute();
}

async function announce(
  trx: Trx,
  { accountId }: AccountRow,
  what: 'opened' | 'closed',
  callId: string,
  equity: bigint,
  requirement: bigint,
): Promise<void> {
  const changes = noChanges();
  const data = {
    call_id: callId,
    equity: formatCash(equity),
    maintenance_requirement: formatCash(requirement),
  };
  const type = `everfill.account.margin_call_${what}.v1`;
  changes.events.push({ account_id: accountId, type, order_id: null, data });
  await writeChanges(trx, changes);
}

async function planFor(
  trx: Trx,
  account: AccountRow,
  callId: string,
  reductions: readonly Reduction[],
): Promise<Pick<Supervision, 'cancels' | 'orders'>> {
  const prefix = `margin-call:${callId}:`;
  const open = await findOpenOrders(trx, account.accountId);
  // One round at a time: what it brings in is not known before it is over.
  if (open.some(({ clientOrderId }) => clientOrderId.startsWith(prefix))) return NOTHING_TO_DO;
  if (open.length > 0) {
    return { orders: [], cancels: open.filter(({ status }) => status !== 'pending_cancel') };
  }
  if (await isHalted(trx, account)) return NOTHING_TO_DO;
  const orders: OrderInstruction[] = [];
  for (const reduction of reductions) {
    const ofSymbol = `${prefix}${reduction.symbol}:`;
    const { placed, newestAgeMs } = await countOrdersOf(trx, account, ofSymbol);
    if (newestAgeMs < PAUSE_BETWEEN_ROUNDS_MS) continue;
    orders.push(forcedOrder(account, callId, `${ofSymbol}${placed + 1}`, reduction));
  }
  return { cancels: [], orders };
}

/** Who may not trade at all would only be refused, and each refusal uses up a name. */
async function isHalted(trx: Trx, account: AccountRow): Promise<boolean> {
  if (account.tradingState === 'HALTED' || account.blocked || account.resetting) return true;
  const venue = await trx
    .selectFrom('risk_limits')
    .select('trading_state')
    .where('account_id', 'is', null)
    .executeTakeFirst();
  return venue?.trading_state === 'HALTED';
}

function forcedOrder(
  { accountId, epoch }: AccountRow,
  callId: string,
  clientOrderId: string,
  { symbol, side, quantity }: Reduction,
): OrderInstruction {
  return {
    orderId: orderIdOf(accountId, epoch, clientOrderId),
    accountId,
    epoch,
    clientOrderId,
    fingerprint: fingerprintOf([clientOrderId, side, formatQuantity(quantity)]),
    requestId: callId,
    symbol,
    side,
    type: 'market',
    timeInForce: 'day',
    quantity: formatQuantity(quantity),
    limitPrice: null,
    stopPrice: null,
    postOnly: false,
    extendedHours: false,
    acceptBefore: null,
    forced: true,
  };
}
