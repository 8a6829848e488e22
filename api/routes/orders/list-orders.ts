import { z } from 'zod';
import { SIDES } from '../../../domain/order/order';
import { toOrdersWithLegs } from '../../orders/with-legs';
import { listOrders } from '../../queries/orders';
import { OrderResource, toOrderResource } from '../../resources/order';
import { defineRoute } from '../../route';
import {
  instant,
  queryBoolean,
  symbolList,
  uuid,
  wholeNumber,
  wordList,
} from '../../schemas/scalars';

const DEFAULT_LIMIT = 50;

export const getOrders = defineRoute({
  method: 'GET',
  path: '/orders',
  operationId: 'listOrders',
  tag: 'orders',
  summary: 'Orders by the time they were accepted, newest first',
  description:
    '`after` and `until` are exclusive bounds of `submitted_at`, `after_order_id` and ' +
    '`before_order_id` those of the order of entry. A full page has a `Link` with ' +
    '`rel="next"`; its `page_token` continues exactly behind the page, whatever happens between. ' +
    '`nested` shows the exits of an order list under the order that leads it, and not beside it.',
  doors: ['short', 'alpaca'],
  scope: 'read',
  query: z.object({
    status: z.enum(['open', 'closed', 'all']).default('open'),
    limit: wholeNumber(1, 500).optional(),
    after: instant.optional(),
    until: instant.optional(),
    direction: z.enum(['asc', 'desc']).default('desc'),
    symbols: symbolList(100).optional(),
    side: z.enum(SIDES).optional(),
    nested: queryBoolean.optional(),
    asset_class: wordList(10).optional(),
    after_order_id: uuid.optional(),
    before_order_id: uuid.optional(),
    page_token: uuid.optional(),
  }),
  answers: { 200: { description: 'A page of orders', schema: z.array(OrderResource) } },
  problems: [],
  async answer({ db }, { door, principal, query }) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const nested = query.nested ?? false;
    const rows = await listOrders(db, {
      accountId: principal.accountId,
      status: query.status,
      limit,
      after: query.after,
      until: query.until,
      direction: query.direction,
      symbols: query.symbols ?? [],
      side: query.side,
      nested,
      assetClasses: query.asset_class ?? [],
      afterOrderId: query.after_order_id,
      beforeOrderId: query.before_order_id,
      pageToken: query.page_token,
    });
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      status: 200,
      headers: last === undefined ? {} : { Link: nextLink(door.prefix, query, last.order_id) },
      body: nested ? await toOrdersWithLegs(db, rows) : rows.map((row) => toOrderResource(row)),
    };
  },
});

/** The same question, continued behind the last order of the page. */
function nextLink(
  prefix: string,
  query: Record<string, string | number | boolean | string[] | undefined>,
  lastId: string,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  parameters.set('page_token', lastId);
  return `<${prefix}/orders?${parameters.toString()}>; rel="next"`;
}
