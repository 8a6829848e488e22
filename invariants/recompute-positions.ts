import { type Kysely, sql } from 'kysely';
import {
  formatCost,
  formatQuantity,
  parseCost,
  parsePrice,
  parseQuantity,
} from '../domain/decimal';
import { applyFill, FLAT, type Position } from '../domain/position';
import type { Database } from '../schema/database';
import { type Violation, VIOLATIONS_PER_CHECK } from './invariant';

const FILLS_PER_PAGE = 5_000;

interface FillRow {
  readonly account_id: string;
  readonly epoch: number;
  readonly symbol: string;
  readonly settlement_sequence: string;
  readonly report_id: string;
  readonly key: string;
  readonly signed_quantity: string;
  readonly price: string;
  readonly position_quantity: string;
}

/**
 * Applies every fill of a position again, in the order of settlement, with the very rules that
 * booked them, and compares: the running quantity on each fill, and the final row of each position.
 */
export async function findMiscountedPositions(db: Kysely<Database>): Promise<Violation[]> {
  const violations: Violation[] = [];
  const recomputed = await recompute(db, violations);
  const { rows } = await sql<Record<'key' | 'quantity' | 'cost' | 'realized_pnl', string>>`
    select account_id || ' ' || epoch || ' ' || symbol as key, quantity, cost, realized_pnl
    from positions`.execute(db);
  const stored = new Map(rows.map((row) => [row.key, row]));
  for (const key of new Set([...stored.keys(), ...recomputed.keys()])) {
    const row = stored.get(key);
    const actual: Position = {
      quantity: parseQuantity(row?.quantity ?? '0'),
      cost: parseCost(row?.cost ?? '0'),
      realizedPnl: parseCost(row?.realized_pnl ?? '0'),
    };
    const expected = recomputed.get(key) ?? FLAT;
    if (!isSame(actual, expected)) {
      violations.push({ position: key, stored: toText(actual), recomputed: toText(expected) });
    }
  }
  return violations.slice(0, VIOLATIONS_PER_CHECK);
}

async function recompute(
  db: Kysely<Database>,
  violations: Violation[],
): Promise<Map<string, Position>> {
  const positions = new Map<string, Position>();
  let last: FillRow | undefined;
  for (;;) {
    const page = await readFills(db, last);
    for (const fill of page) {
      const before = positions.get(fill.key) ?? FLAT;
      const after = applyFill(before, parseQuantity(fill.signed_quantity), parsePrice(fill.price));
      if (after.quantity !== parseQuantity(fill.position_quantity)) {
        violations.push({
          report_id: fill.report_id,
          position: fill.key,
          position_quantity: fill.position_quantity,
          recomputed: formatQuantity(after.quantity),
        });
      }
      positions.set(fill.key, after);
    }
    const end = page.at(-1);
    if (end === undefined) return positions;
    last = end;
  }
}

/** Position by position, which is how an index has them; those of one are in the order booked. */
async function readFills(db: Kysely<Database>, after?: FillRow): Promise<FillRow[]> {
  const behind =
    after === undefined
      ? sql`true`
      : sql`(account_id, epoch, symbol, settlement_sequence) > (${after.account_id}::uuid,
          ${after.epoch}::integer, ${after.symbol}, ${after.settlement_sequence}::bigint)`;
  const { rows } = await sql<FillRow>`
    select account_id, epoch, symbol, settlement_sequence, report_id,
      account_id || ' ' || epoch || ' ' || symbol as key,
      case side when 'buy' then quantity else -quantity end as signed_quantity, price,
      position_quantity
    from fills where ${behind}
    order by account_id, epoch, symbol, settlement_sequence limit ${FILLS_PER_PAGE}`.execute(db);
  return rows;
}

function isSame(one: Position, other: Position): boolean {
  return (
    one.quantity === other.quantity &&
    one.cost === other.cost &&
    one.realizedPnl === other.realizedPnl
  );
}

function toText(position: Position): Record<string, string> {
  return {
    quantity: formatQuantity(position.quantity),
    cost: formatCost(position.cost),
    realized_pnl: formatCost(position.realizedPnl),
  };
}
