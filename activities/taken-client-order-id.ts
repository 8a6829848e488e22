const KEY = 'orders_account_id_epoch_client_order_id_key';

/**
 * Whether a step failed because another order of the account has its client order id: the API
 * looks first, but only the row decides between two requests that come together. Retrying cannot
 * help, so this is a refusal, not an outage.
 */
export function isTakenClientOrderId(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === KEY;
}
