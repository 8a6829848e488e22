import { findOrder } from '../../api/queries/orders';
import { toAcceptedResource } from '../../api/resources/new-order';
import { toOrderResource } from '../../api/resources/order';
import type { OrderInstruction } from '../../workflows/contract';
import { acceptOrder, anInstruction, type Broker, createBroker } from './broker';

let broker: Broker;

beforeAll(async () => {
  broker = await createBroker();
});

beforeEach(() => broker.reset());

afterAll(() => broker.close());

const ASSET = { assetId: 'any', assetClass: 'any' };
const MARKET = { type: 'market', limitPrice: null } as const;

async function accept(terms: Partial<OrderInstruction> = {}) {
  const instruction = anInstruction(await broker.openAccount('1000'), terms);
  const { opening } = await acceptOrder(broker.db, instruction);
  return { instruction, verdict: opening.verdict };
}

test.each([
  { what: 'a limit order', terms: {} },
  { what: 'a market order', terms: MARKET },
  { what: 'an order by notional', terms: { ...MARKET, quantity: null, notional: '50.5' } },
  { what: 'a fraction', terms: { quantity: '0.5' } },
  { what: 'a stop', terms: { type: 'stop', limitPrice: null, stopPrice: '10.5' } },
  { what: 'a stop-limit', terms: { type: 'stop_limit', stopPrice: '10.1', limitPrice: '10.25' } },
  { what: 'one that only makes', terms: { postOnly: true, timeInForce: 'gtc' } },
  { what: 'one for all hours', terms: { extendedHours: true, timeInForce: 'day' } },
  {
    what: 'one with an intent and a way with its own orders',
    terms: { positionIntent: 'buy_to_open', selfTradePrevention: 'expire_maker' },
  },
] as const)('$what is answered from its verdict as its row would say', async ({ terms }) => {
  const { instruction, verdict } = await accept(terms);
  const row = await findOrder(broker.db, instruction.accountId, instruction.orderId);
  if (row === undefined) throw new Error('no row');
  const asset = { assetId: row.asset_id, assetClass: row.asset_class };
  const answer = toAcceptedResource(instruction, asset, verdict);
  expect(answer).not.toBeNull();
  expect(answer).toEqual(toOrderResource(row));
});

test.each([
  { what: 'a refused order', terms: { quantity: '100000' } },
  {
    what: 'a trailing stop, which has a best print',
    terms: { type: 'trailing_stop', limitPrice: null, trailPrice: '1' },
  },
  {
    what: 'an entry, which has its exits',
    terms: { orderClass: 'oto', timeInForce: 'gtc' },
  },
] as const)('$what is answered from its row', async ({ terms }) => {
  const { instruction, verdict } = await accept(terms);
  expect(toAcceptedResource(instruction, ASSET, verdict)).toBeNull();
});

test.each(['filled', 'partially_filled', 'pending_cancel', 'canceled'] as const)(
  'an order that is %s when its verdict is given again is answered from its row',
  async (status) => {
    const { instruction, verdict } = await accept();
    expect(toAcceptedResource(instruction, ASSET, { ...verdict, status })).toBeNull();
  },
);
