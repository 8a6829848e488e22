import { holdExit, type BookCore } from './core';
import type { OrderEntry, OrderList } from './entry';
import type { ListPlace } from './types';

/** Puts a new list together: exits with an entry are held until it closes, others live at once. */
export function formList(core: BookCore, members: readonly OrderEntry[]): OrderList {
  const lists = new Map<string, OrderList>();
  for (const member of members) joinList(lists, placeOf(member), member);
  const [list, second] = lists.values();
  if (list === undefined || second !== undefined) throw new RangeError('not one order list');
  if (list.entry !== null) for (const exit of list.exits) holdExit(core, exit);
  return list;
}

/** Gives an order its place in its list, which is made if it is the first of it. */
export function joinList(
  lists: Map<string, OrderList>,
  { id, role }: ListPlace,
  member: OrderEntry,
): void {
  const list = lists.get(id) ?? { entry: null, exits: [] };
  lists.set(id, list);
  member.list = list;
  if (role === 'exit') list.exits.push(member);
  else if (list.entry === null) list.entry = member;
  else throw new RangeError(`list ${id} has two entries`);
}

function placeOf({ order }: OrderEntry): ListPlace {
  if (order.list == null) throw new RangeError(`${order.orderId} belongs to no list`);
  return order.list;
}
