/** NOTIFY channel that wakes market sessions; the payload is the symbol. */
export const COMMANDS_CHANNEL = 'everfill_commands';
