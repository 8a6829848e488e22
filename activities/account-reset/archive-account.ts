import { type Kysely, sql } from 'kysely';
import { parseCash } from '../../domain/decimal';
import { isUserAccount, type Owner, USD, userAccount } from '../../domain/ledger/accounts';
import { archiveJournal, depositJournal, type Journal } from '../../domain/ledger/journal';
import type { Database } from '../../schema/database';
import type { AccountResetInput } from '../../workflows/contract';
import { lockAccount, type Trx } from '../account-state';
import { type Changes, noChanges, writeChanges } from '../changes';
import { formatUnits, parseUnits } from '../ledger';
import { countLeft } from './cancel-open-orders';

/**
 * Empties the ledger of the epoch that ends into the house account `archive`, opens the next epoch
 * with its cash and takes orders again: one transaction, so the account is in one or the other.
 * Positions, fills and orders of the past stay as they are, under its epoch.
 *
 * @returns `false` when something is open, held or not booked; nothing is changed then.
 */
export async function archiveAccount(
  db: Kysely<Database>,
  { accountId, epoch, cash }: AccountResetInput,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const account = await lockAccount(trx, accountId);
    if (account.epoch !== epoch) return true;
    const owner: Owner = { accountId, epoch };
    const next: Owner = { accountId, epoch: epoch + 1 };
    const { open, unsettled } = await countLeft(trx, accountId);
    const balances = await readBalances(trx, owner);
    const held = balances.filter(({ account: name }) => name === userAccount(owner, 'held'));
    if (open > 0 || unsettled > 0 || held.length > 0) return false;

    const changes = noChanges();
    const left = balances.map(({ unit, balance }) => ({ unit, amount: parseUnits(balance, unit) }));
    book(changes, archiveJournal(`archive:${accountId}:${epoch}`, owner, left));
    for (const { unit } of left) setBalance(changes, userAccount(owner, 'available'), unit, 0n);
    const amount = parseCash(cash);
    book(changes, depositJournal(`opening:${accountId}:${next.epoch}`, next, USD, amount));
    setBalance(changes, userAccount(next, 'available'), USD, amount);
    setBalance(changes, userAccount(next, 'held'), USD, 0n);
    changes.events.push({
      account_id: accountId,
      type: 'everfill.account.reset.v1',
      order_id: null,
      data: { account_id: accountId, epoch: next.epoch, cash },
    });
    await writeChanges(trx, changes);
    await openEpoch(trx, next, cash);
    await closePast(trx, owner);
    return true;
  });
}

interface BalanceRow {
  readonly account: string;
  readonly unit: string;
  readonly balance: string;
}

async function readBalances(trx: Trx, owner: Owner): Promise<BalanceRow[]> {
  return trx
    .selectFrom('ledger_balances')
    .select(['account', 'unit', 'balance'])
    .where('account', 'in', [userAccount(owner, 'available'), userAccount(owner, 'held')])
    .where('balance', '<>', '0')
    .orderBy('unit')
    .execute();
}

/** A deposit opens an account, so its balance is the line's; an archived one is empty. */
function book(changes: Changes, journal: Journal | null): void {
  if (journal === null) return;
  const { key, kind, entries } = journal;
  changes.journals.push({ journal_id: key, kind, order_id: null });
  entries.forEach(({ account, unit, amount }, index) => {
    const after = formatUnits(kind === 'deposit' ? amount : 0n, unit);
    changes.entries.push({
      journal_id: key,
      line: index + 1,
      account,
      unit,
      amount: formatUnits(amount, unit),
      balance_after: isUserAccount(account) ? after : null,
    });
  });
}

/** With the floor of nothing; the ledger lowers it where the account has a right to more. */
function setBalance(changes: Changes, account: string, unit: string, balance: bigint): void {
  changes.balances.push({ account, unit, balance: formatUnits(balance, unit), floor: '0' });
}

/** Its credit is that of an account which opens with so much cash. */
async function openEpoch(trx: Trx, { accountId, epoch }: Owner, cash: string): Promise<void> {
  await trx
    .updateTable('accounts')
    .set({
      epoch,
      resetting: false,
      credit_limit: sql<string>`${cash}::numeric * 10`,
      margin_call_id: null,
    })
    .where('account_id', '=', accountId)
    .execute();
}

/** What was under way about the epoch that has ended: its reset, and a margin call. */
async function closePast(trx: Trx, { accountId, epoch }: Owner): Promise<void> {
  await trx
    .updateTable('margin_calls')
    .set({ closed_at: sql<Date>`now()` })
    .where('account_id', '=', accountId)
    .where('closed_at', 'is', null)
    .execute();
  await trx
    .updateTable('account_resets')
    .set({ completed_at: sql<Date>`now()` })
    .where('account_id', '=', accountId)
    .where('epoch', '=', epoch)
    .execute();
}
