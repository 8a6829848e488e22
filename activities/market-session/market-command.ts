import { checkOrder } from '../../domain/book/check';
import {
  type BookOrder,
  type ListPlace,
  type Replacement,
  SELF_TRADE_PREVENTIONS,
} from '../../domain/book/types';
import { parseTrailPercent } from '../../domain/order/state';
import {
  ORDER_TYPES,
  SIDES,
  TIMES_IN_FORCE,
  type OrderType,
  type TimeInForce,
} from '../../domain/order/order';
import type { BreakerLimits } from '../../domain/prices/circuit-breaker';
import { toBookPrice, toBookQuantity, toExecutedQuantity } from './book-numbers';

/** Who is told of a report: the columns that its row takes from the order's. */
export interface Owner {
  readonly accountId: string;
  readonly rootId: string;
  readonly workflowId: string;
}

/** What a command asks of the market. */
export type MarketAction =
  /** More than one are the members of an order list. */
  | { readonly kind: 'submit'; readonly orders: readonly [BookOrder, ...BookOrder[]] }
  | { readonly kind: 'cancel'; readonly orderId: string }
  | { readonly kind: 'replace'; readonly orderId: string; readonly replacement: Replacement }
  | { readonly kind: 'set_price'; readonly price: number }
  | { readonly kind: 'set_breaker'; readonly limits: BreakerLimits | null }
  | { readonly kind: 'pause' | 'resume' | 'halt' | 'unhalt' }
  | Malformed;

/** Nothing can be done with it but to say so: `answer` is the report that ends somebody's wait. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly problem: string;
  readonly answer: 'rejected' | 'replace_rejected' | null;
  readonly orderId: string | null;
  readonly replacementId: string | null;
  /** Exits that are rejected with the order. */
  readonly legIds: readonly string[];
}

/** A command that waits to be applied; `owner` is null for commands to the market itself. */
export interface PendingCommand {
  readonly commandId: string;
  readonly action: MarketAction;
  readonly owner: Owner | null;
}

/** A row of `market_commands` with what its order's row says. */
export interface CommandRow {
  readonly command_id: string;
  readonly kind: string;
  readonly order_id: string | null;
  readonly payload: unknown;
  readonly account_id: string | null;
  readonly root_id: string | null;
  readonly workflow_id: string | null;
  /** Only asked for on `replace`: whether the row that takes the place is there. */
  readonly replacement_known: boolean | null;
  /** Only asked for on `submit`: the rows that came with the order's. */
  readonly leg_ids: readonly string[] | null;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a command; whatever is wrong with it makes it `malformed`, never an error: one bad row must
 * not stop a market.
 */
export function parseCommand(row: CommandRow): PendingCommand {
  const owner = ownerOf(row);
  try {
    return { commandId: row.command_id, owner, action: parseAction(row, owner) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { commandId: row.command_id, owner, action: malformed(row, owner, problem) };
  }
}

/** Sets a command aside, for whatever reason; a report still answers it where rows allow one. */
export function malformed(
  row: Pick<CommandRow, 'kind' | 'order_id' | 'payload' | 'replacement_known' | 'leg_ids'>,
  owner: Owner | null,
  problem: string,
): Malformed {
  const { kind, order_id: orderId, replacement_known: known } = row;
  const nothing: Malformed = {
    kind: 'malformed',
    problem,
    answer: null,
    orderId,
    replacementId: null,
    legIds: [],
  };
  if (owner === null) return nothing;
  if (kind === 'submit') return { ...nothing, answer: 'rejected', legIds: row.leg_ids ?? [] };
  if (kind !== 'replace' || known !== true) return nothing;
  const replacementId = textOf(fieldsOf(row.payload), 'replacement_id');
  return { ...nothing, answer: 'replace_rejected', replacementId };
}

function ownerOf(row: CommandRow): Owner | null {
  const { account_id: accountId, root_id: rootId, workflow_id: workflowId } = row;
  if (accountId === null || rootId === null || workflowId === null) return null;
  return { accountId, rootId, workflowId };
}

function parseAction(row: CommandRow, owner: Owner | null): MarketAction {
  const fields = fieldsOf(row.payload);
  switch (row.kind) {
    case 'submit': {
      return { kind: 'submit', orders: parseOrders(row, knownOrder(row, owner), owner, fields) };
    }
    case 'cancel':
      return { kind: 'cancel', orderId: knownOrder(row, owner) };
    case 'replace': {
      const orderId = knownOrder(row, owner);
      if (row.replacement_known !== true) throw new RangeError('replacement_id: no such order');
      return { kind: 'replace', orderId, replacement: parseReplacement(fields) };
    }
    case 'set_price':
      return { kind: 'set_price', price: toBookPrice(textOf(fields, 'price')) };
    case 'set_breaker':
      return { kind: 'set_breaker', limits: parseBreaker(fields) };
    case 'pause':
    case 'resume':
    case 'halt':
    case 'unhalt':
      return { kind: row.kind };
    default:
      throw new RangeError(`kind: ${row.kind} is unknown`);
  }
}

/** @returns `null` where a field is, which switches the breaker off. */
function parseBreaker(fields: Fields): BreakerLimits | null {
  const numbers = ['move_ppm', 'window_ms', 'halt_ms'].map((name) => fields[name] ?? null);
  if (numbers.includes(null)) return null;
  const [movePpm, windowMs, haltMs] = numbers;
  if (!isAboveZero(movePpm) || !isAboveZero(windowMs) || !isAboveZero(haltMs)) {
    throw new RangeError('move_ppm, window_ms, halt_ms: no whole numbers above 0');
  }
  return { movePpm, windowMs, haltMs };
}

function isAboveZero(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** A report needs its order's row, so a command for an order without one cannot be applied. */
function knownOrder(row: CommandRow, owner: Owner | null): string {
  if (row.order_id === null || owner === null) throw new RangeError('order_id: no such order');
  return row.order_id;
}

/** The order and, behind it, the exits that came with it; each needs its row. */
function parseOrders(
  { leg_ids: known }: CommandRow,
  orderId: string,
  owner: Owner | null,
  fields: Fields,
): readonly [BookOrder, ...BookOrder[]] {
  const legs = fields['legs'] ?? [];
  if (!Array.isArray(legs)) throw new RangeError('legs: no array');
  const list = legs.length === 0 ? null : orderId;
  const first = parseOrder(orderId, list, fields);
  const others = legs.map((leg) => {
    const legFields = fieldsOf(leg);
    const legId = textOf(legFields, 'order_id');
    if (known?.includes(legId) !== true) throw new RangeError('legs: no such order');
    return parseOrder(legId, list, legFields);
  });
  const ids = new Set([first, ...others].map((order) => order.orderId));
  if (ids.size <= others.length) throw new RangeError('legs: an order comes twice');
  for (const { accountId } of [first, ...others]) {
    if (accountId !== owner?.accountId) throw new RangeError('account_id: not that of the order');
  }
  return [first, ...others];
}

function parseOrder(orderId: string, listId: string | null, fields: Fields): BookOrder {
  const order: BookOrder = {
    orderId,
    accountId: textOf(fields, 'account_id'),
    side: oneOf(fields, 'side', SIDES),
    type: oneOf(fields, 'type', ORDER_TYPES),
    timeInForce: oneOf(fields, 'time_in_force', TIMES_IN_FORCE),
    quantity: toBookQuantity(textOf(fields, 'quantity')),
    filled: toExecutedQuantity(textOf(fields, 'filled')),
    limitPrice: priceOf(fields, 'limit_price'),
    stopPrice: priceOf(fields, 'stop_price'),
    protectionPrice: priceOf(fields, 'protection_price'),
    postOnly: fields['post_only'] === true,
    ...(fields['waits'] === true ? { waits: true } : {}),
    selfTradePrevention: oneOf(fields, 'self_trade_prevention', SELF_TRADE_PREVENTIONS),
    ...(fields['type'] === 'trailing_stop' && trailOf(fields)),
    ...(listId !== null && { list: { id: listId, role: oneOf(fields, 'list_role', LIST_ROLES) } }),
  };
  checkOrder(order);
  checkKind(order);
  return order;
}

const LIST_ROLES: readonly ListPlace['role'][] = ['entry', 'exit'];

function trailOf(fields: Fields) {
  const percent = fields['trail_percent'] ?? null;
  return {
    trailPrice: priceOf(fields, 'trail_price'),
    trailPercent: percent === null ? null : parseTrailPercent(textOf(fields, 'trail_percent')),
  };
}

const WITH_STOP: readonly OrderType[] = ['stop', 'stop_limit'];
const BOOK_TYPES: readonly OrderType[] = ['market', 'limit', 'trailing_stop', ...WITH_STOP];
/** Only what needs no print to begin with can trade in the one step of an open or close. */
const AUCTION_TIMES: readonly TimeInForce[] = ['opg', 'cls'];
/** An order that is in the book already cannot become one that never rests. */
const RESTING_TIMES = ['day', 'gtc'] as const;

/** What the book's own check leaves open. */
function checkKind({ type, timeInForce, stopPrice, trailPrice, trailPercent }: BookOrder): void {
  if (!BOOK_TYPES.includes(type)) throw new RangeError(`type: the book does not take ${type}`);
  if (AUCTION_TIMES.includes(timeInForce) && type !== 'market' && type !== 'limit') {
    throw new RangeError(`time_in_force: the book does not take ${timeInForce} with ${type}`);
  }
  if (WITH_STOP.includes(type) && stopPrice === null) throw new RangeError('stop_price: missing');
  if (type === 'trailing_stop' && trailPrice == null && trailPercent == null) {
    throw new RangeError('trail_price: missing');
  }
}

function parseReplacement(fields: Fields): Replacement {
  return {
    orderId: textOf(fields, 'replacement_id'),
    quantity: toBookQuantity(textOf(fields, 'quantity')),
    limitPrice: priceOf(fields, 'limit_price'),
    stopPrice: priceOf(fields, 'stop_price'),
    protectionPrice: priceOf(fields, 'protection_price'),
    ...(fields['trail_price'] != null && { trail: priceOf(fields, 'trail_price') }),
    ...(fields['trail_percent'] != null && {
      trail: parseTrailPercent(textOf(fields, 'trail_percent')),
    }),
    ...(fields['time_in_force'] === undefined
      ? {}
      : { timeInForce: oneOf(fields, 'time_in_force', RESTING_TIMES) }),
  };
}

function fieldsOf(payload: unknown): Fields {
  if (typeof payload !== 'object' || payload === null) throw new RangeError('payload: no object');
  return payload as Fields;
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new RangeError(`${name}: text is missing`);
  return value;
}

/** Prices may be absent or null where the type of order has none. */
function priceOf(fields: Fields, name: string): number | null {
  const value = fields[name] ?? null;
  return value === null ? null : within(name, () => toBookPrice(textOf(fields, name)));
}

function oneOf<const Value extends string>(
  fields: Fields,
  name: string,
  values: readonly Value[],
): Value {
  const found = values.find((value) => value === fields[name]);
  if (found === undefined) throw new RangeError(`${name}: not one of ${values.join(', ')}`);
  return found;
}

function within<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new RangeError(`${name}: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}
