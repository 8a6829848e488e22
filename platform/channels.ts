/** NOTIFY channel that wakes market sessions; the payload is the symbol. */
export const COMMANDS_CHANNEL = 'everfill_commands';

/** NOTIFY channel that wakes readers of market data; the payload is the symbol. */
export const MARKET_CHANNEL = 'everfill_market';

/** NOTIFY channel that wakes event streams; the payload is the account's id. */
export const EVENTS_CHANNEL = 'everfill_events';
