import type { Finding } from './problem-document';
import type { ProblemCode } from './problems';

type Words = (member: (name: string) => string, detail: string) => string;

/**
 * What Alpaca's service says where programs are known to look into its `message`. Everywhere else
 * our own sentence stands there; `detail` has it always.
 */
const MESSAGES: Partial<Record<ProblemCode, Words>> = {
  malformed_request: () => 'request body format is invalid',
  authentication_required: () => 'request is not authorized',
  order_not_found: (member, detail) => named('order not found for', member('order_id'), detail),
  position_not_found: () => 'position does not exist',
  asset_not_found: (member, detail) => named('asset not found for', member('symbol'), detail),
  unknown_symbol: (member, detail) => {
    const symbol = member('symbol');
    return symbol === '' ? detail : `asset "${symbol}" not found`;
  },
  client_order_id_conflict: () => 'client_order_id must be unique',
  insufficient_buying_power: () => 'insufficient buying power',
  min_notional: () => 'cost basis must be >= minimal amount of order',
  short_not_permitted: () => 'account is not allowed to short',
  insufficient_qty: (member, detail) => {
    const [requested, available] = [member('requested'), member('available')];
    if (requested === '' || available === '') return detail;
    const numbers = `requested: ${requested}, available: ${available}`;
    return `insufficient qty available for order (${numbers})`;
  },
  order_not_cancelable: (member, detail) => {
    const status = member('order_status');
    return status === '' ? detail : `order is already in "${status}" state`;
  },
  order_not_replaceable: (member, detail) => {
    const status = member('order_status');
    return status === '' ? detail : `cannot replace order in ${status} status`;
  },
};

export function alpacaMessage({ code, detail, members = {} }: Finding): string {
  const member = (name: string): string => {
    const value = members[name];
    return typeof value === 'string' ? value : '';
  };
  return MESSAGES[code]?.(member, detail) ?? detail;
}

function named(words: string, name: string, detail: string): string {
  return name === '' ? detail : `${words} ${name}`;
}
