import type { ListRole, OrderStatus } from '../domain/order/order';
import { leadingOrder } from './blotter';

const rows = (...orders: readonly (readonly [ListRole | null, OrderStatus])[]) => ({
  closed: false,
  orders: orders.map(([listRole, status], index) => ({
    orderId: `o${index}`,
    status,
    quantity: '1',
    filledQuantity: '0',
    averageFillPrice: null,
    ...(listRole !== null && { listRole }),
  })),
});

test.each([
  { name: 'a lone order is itself', orders: rows([null, 'new']), leads: 'o0' },
  { name: 'a taken replacement', orders: rows([null, 'replaced'], [null, 'new']), leads: 'o1' },
  { name: 'no refused one', orders: rows([null, 'new'], [null, 'rejected']), leads: 'o0' },
  {
    name: 'the entry while it is open',
    orders: rows(['stop_loss', 'held'], ['entry', 'new'], ['take_profit', 'held']),
    leads: 'o1',
  },
  {
    name: 'then the exit that is open',
    orders: rows(['stop_loss', 'new'], ['entry', 'filled'], ['take_profit', 'new']),
    leads: 'o2',
  },
  {
    name: 'at last the exit that was filled',
    orders: rows(['stop_loss', 'filled'], ['entry', 'filled'], ['take_profit', 'canceled']),
    leads: 'o0',
  },
  {
    name: 'the entry when no exit ever lived',
    orders: rows(['stop_loss', 'canceled'], ['entry', 'canceled'], ['take_profit', 'canceled']),
    leads: 'o1',
  },
] as const)('a root stands as $name', ({ orders, leads }) => {
  expect(leadingOrder(orders).orderId).toBe(leads);
});
