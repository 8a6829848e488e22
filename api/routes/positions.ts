import { z } from 'zod';
import type { ClosePart } from '../../domain/close-quantity';
import { parseQuantity } from '../../domain/decimal';
import { invalidRequest } from '../fields';
import { readRequestKey } from '../orders/request-key';
import { closeAllPositions } from '../positions/close-all-positions';
import { closePosition, positionNotFound } from '../positions/close-position';
import { findPositions } from '../queries/positions';
import { OrderResource } from '../resources/order';
import { PositionResource, toPositionResource } from '../resources/position';
import { ProblemResource } from '../resources/problem';
import { defineRoute } from '../route';
import { decimal, queryBoolean, symbol } from '../schemas/scalars';
import { replaceHeaders } from './orders/headers';

export const listPositions = defineRoute({
  method: 'GET',
  path: '/positions',
  operationId: 'listPositions',
  tag: 'positions',
  summary: 'Open positions, by symbol',
  doors: ['short', 'alpaca'],
  scope: 'read',
  answers: { 200: { description: 'Open positions', schema: z.array(PositionResource) } },
  problems: [],
  async answer({ db }, { principal }) {
    const positions = await findPositions(db, principal.accountId);
    return { status: 200, body: positions.map(toPositionResource) };
  },
});

export const getPosition = defineRoute({
  method: 'GET',
  path: '/positions/:symbol',
  operationId: 'getPosition',
  tag: 'positions',
  summary: 'The position in one symbol, by symbol or asset id',
  doors: ['short', 'alpaca'],
  scope: 'read',
  pathParameters: z.object({ symbol }),
  answers: { 200: { description: 'The position', schema: PositionResource } },
  problems: ['position_not_found'],
  async answer({ db }, { principal, path }) {
    const [position] = await findPositions(db, principal.accountId, path.symbol);
    if (position === undefined) throw positionNotFound(path.symbol);
    return { status: 200, body: toPositionResource(position) };
  },
});

export const deletePosition = defineRoute({
  method: 'DELETE',
  path: '/positions/:symbol',
  operationId: 'closePosition',
  tag: 'positions',
  summary: 'Close a position, or part of it, with a market order',
  description:
    'Without `qty` or `percentage` all of it. A percentage is rounded down to what can be ' +
    'ordered. With an `Idempotency-Key`, which becomes the `client_order_id`, a repeat finds the ' +
    'order of the first time, also when the position is gone; without one it is a new order.',
  doors: ['short', 'alpaca'],
  scope: 'trade',
  headers: replaceHeaders,
  pathParameters: z.object({ symbol }),
  query: z.object({ qty: decimal.optional(), percentage: decimal.optional() }),
  answers: { 200: { description: 'The closing order', schema: OrderResource } },
  problems: [
    'position_not_found',
    'invalid_quantity',
    'insufficient_qty',
    'insufficient_buying_power',
    'client_order_id_conflict',
    'account_blocked',
    'trade_suspended',
    'account_resetting',
    'trading_halted',
    'no_reference_price',
  ],
  async answer(dependencies, { principal, path, query, header }) {
    const { order, replayed } = await closePosition(dependencies, {
      accountId: principal.accountId,
      symbolOrId: path.symbol,
      part: readPart(query),
      key: readRequestKey(null, header('Idempotency-Key')).key,
    });
    return {
      status: 200,
      headers: replayed ? { 'Idempotent-Replayed': 'true' } : {},
      body: order,
    };
  },
});

const CloseStatus = z.object({
  symbol: z.string(),
  /** Of the closing order's own request. */
  status: z.int(),
  body: z.union([OrderResource, ProblemResource]),
});

export const deletePositions = defineRoute({
  method: 'DELETE',
  path: '/positions',
  operationId: 'closeAllPositions',
  tag: 'positions',
  summary: 'Close every position with market orders',
  description:
    '`cancel_orders` first has every open order canceled and waits until the book has done so, ' +
    'because shares that an order holds cannot be sold. With an `Idempotency-Key` of at most ' +
    '80 characters a repeat finds the orders of the first time.',
  doors: ['short', 'alpaca'],
  scope: 'trade',
  headers: replaceHeaders,
  query: z.object({ cancel_orders: queryBoolean.optional() }),
  answers: { 207: { description: 'One status per position', schema: z.array(CloseStatus) } },
  problems: [],
  async answer(dependencies, { door, requestId, principal, query, header }) {
    const body = await closeAllPositions(dependencies, {
      accountId: principal.accountId,
      door,
      requestId,
      cancelOrders: query.cancel_orders ?? false,
      key: readShortKey(header('Idempotency-Key')),
    });
    return { status: 207, body };
  },
});

/** A symbol is added to the key, and both are a client order id. */
const MAXIMUM_KEY = 80;

function readShortKey(header: string | undefined): string {
  const { key } = readRequestKey(null, header);
  if (key.length <= MAXIMUM_KEY) return key;
  const message = `expected at most ${MAXIMUM_KEY} characters`;
  throw invalidRequest([{ field: 'Idempotency-Key', rule: 'too_big', message }], 'header');
}

const ALL_OF_IT = parseQuantity('100');

function readPart(query: { qty?: string | undefined; percentage?: string | undefined }): ClosePart {
  const { qty, percentage } = query;
  if (qty !== undefined && percentage !== undefined) {
    throw refuse('percentage', 'one_of', 'send qty or percentage, not both');
  }
  if (qty !== undefined) {
    return { kind: 'quantity', quantity: readAmount('qty', qty) };
  }
  if (percentage === undefined) return { kind: 'all' };
  const amount = readAmount('percentage', percentage);
  if (amount > ALL_OF_IT) throw refuse('percentage', 'range', 'at most 100');
  return { kind: 'percentage', percentage: amount };
}

function readAmount(field: string, text: string): bigint {
  try {
    const amount = parseQuantity(text);
    if (amount > 0n) return amount;
  } catch {
    // More digits than a quantity has: refused below.
  }
  throw refuse(field, 'range', 'expected a number above 0 with at most 9 decimals');
}

const refuse = (field: string, rule: string, message: string) =>
  invalidRequest([{ field, rule, message }], 'query');
