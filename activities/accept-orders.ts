import type { Kysely } from 'kysely';
import type { UnitAmount } from '../domain/ledger/hold';
import { holdJournal } from '../domain/ledger/journal';
import type { OrderState } from '../domain/order/state';
import { RefusalError, type RejectReason } from '../domain/refusal';
import { assessOrder } from '../domain/risk/assess';
import { assessList } from '../domain/risk/assess-list';
import type { RiskInput, RiskVerdict } from '../domain/risk/input';
import type { Database } from '../schema/database';
import type { OrderInstruction } from '../workflows/contract';
import { type AccountRow, lockAccounts, required, type Trx } from './account-state';
import { type Changes, noChanges, writeChanges } from './changes';
import { formatUnits, openLedger } from './ledger';
import { collectNewOrder, submitCommand } from './new-order-rows';
import { toNewOrders, toRiskOrder } from './new-orders';
import type { Opening } from './orders';
import { resumeOrder } from './resume-order';
import { readRiskFacts, type RiskFactsRow } from './risk-facts';
import { toRiskInput } from './risk-input';
import { toProgress } from './root-progress';
import { isTakenClientOrderId } from './taken-client-order-id';

export interface Acceptance {
  readonly opening: Opening;
  /** False for a repeat. */
  readonly fresh: boolean;
}

/**
 * Decides orders and makes the decisions durable: risk rules, hold, row, market command and event,
 * in one transaction for all of them. Safe to repeat: an order that has its row is returned as it
 * stands.
 *
 * @param instructions - Each account at most once: what one order takes, the next must see.
 * @throws RefusalError `client_order_id_conflict` if a replacement took an id a moment before.
 */
export async function acceptOrders(
  db: Kysely<Database>,
  instructions: readonly OrderInstruction[],
): Promise<Acceptance[]> {
  try {
    return await db.transaction().execute((trx) => decide(trx, instructions));
  } catch (error) {
    if (isTakenClientOrderId(error)) throw new RefusalError('client_order_id_conflict');
    throw error;
  }
}

async function decide(trx: Trx, instructions: readonly OrderInstruction[]): Promise<Acceptance[]> {
  const accounts = await lockAccounts(
    trx,
    instructions.map((instruction) => instruction.accountId),
  );
  const subjects = instructions.map(({ accountId, symbol, orderId, fingerprint }) => {
    return { account: required(accounts, accountId), symbol, orderId, fingerprint };
  });
  const facts = await readRiskFacts(trx, subjects);
  const changes = noChanges();
  const acceptances: Acceptance[] = [];
  for (const instruction of instructions) {
    const account = required(accounts, instruction.accountId);
    const known = required(facts, instruction.accountId);
    acceptances.push(
      known.known
        ? { opening: await reopen(trx, instruction), fresh: false }
        : { opening: open(account, known, instruction, changes), fresh: true },
    );
  }
  await writeChanges(trx, changes);
  return acceptances;
}

function reopen(trx: Trx, instruction: OrderInstruction): Promise<Opening> {
  return resumeOrder(trx, { ...instruction, rootId: instruction.orderId });
}

function open(
  account: AccountRow,
  facts: RiskFactsRow,
  instruction: OrderInstruction,
  changes: Changes,
): Opening {
  const wanted = toRiskOrder(instruction, facts);
  const { acceptBefore, symbol } = instruction;
  const input = toRiskInput(account, facts, symbol, wanted, acceptBefore);
  const { orders, holds } = weigh(account, instruction, input);
  for (const order of orders) collectNewOrder(changes, order, instruction, facts);
  const [root] = orders;
  if (holds !== null) {
    const owner = { accountId: account.accountId, epoch: instruction.epoch };
    const ledger = openLedger(owner, symbol, facts, changes, account);
    ledger.post(holdJournal(`${root.orderId}:hold`, owner, holds), root.orderId);
    ledger.close();
    for (const { unit, amount } of holds) {
      changes.holds.push({
        root_id: root.orderId,
        account_id: owner.accountId,
        epoch: owner.epoch,
        unit,
        remaining: formatUnits(amount, unit),
      });
    }
    changes.commands.push(submitCommand(orders, instruction));
  }
  return openingOf(orders, instruction, facts.now);
}

interface Weighed {
  readonly orders: [OrderState, ...OrderState[]];
  /** What the root holds from now on; `null` when it is rejected. */
  readonly holds: readonly UnitAmount[] | null;
}

function weigh(account: AccountRow, instruction: OrderInstruction, input: RiskInput): Weighed {
  const verdict = assess(account, instruction, input);
  const orders = toNewOrders(instruction, input.order, verdict, input);
  if (!verdict.accepted) return { orders, holds: null };
  if (orders.length === 1) return { orders, holds: [verdict.hold] };
  const holds = assessList(input, verdict, orders);
  if (!('accepted' in holds)) return { orders, holds };
  return { orders: toNewOrders(instruction, input.order, holds, input), holds: null };
}

function assess(account: AccountRow, instruction: OrderInstruction, input: RiskInput): RiskVerdict {
  if (instruction.epoch === account.epoch) return assessOrder(input);
  const message = 'the account was reset after the order was sent';
  return { accepted: false, reason: 'account_resetting', message };
}

function openingOf(
  orders: readonly [OrderState, ...OrderState[]],
  instruction: OrderInstruction,
  acceptedAt: Date,
): Opening {
  const [root] = orders;
  return {
    verdict: {
      orderId: root.orderId,
      fingerprint: instruction.fingerprint,
      requestId: instruction.requestId,
      status: root.status,
      rejectReason: root.rejectReason as RejectReason | null,
      acceptedAt: acceptedAt.toISOString(),
    },
    progress: toProgress(orders),
  };
}
