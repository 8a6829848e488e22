import {
  type ConfigurationRow,
  findConfiguration,
  saveConfiguration,
} from '../queries/configurations';
import {
  ConfigurationChanges,
  ConfigurationResource,
  toConfigurationResource,
} from '../resources/configuration';
import { defineRoute } from '../route';

const EXAMPLE: ConfigurationResource = {
  dtbp_check: 'entry',
  pdt_check: 'entry',
  fractional_trading: true,
  max_margin_multiplier: '4',
  max_options_trading_level: 0,
  no_shorting: false,
  ptp_no_exception_entry: false,
  disable_overnight_trading: false,
  suspend_trade: false,
  trade_confirm_email: 'all',
};
const answers = {
  200: {
    description: 'The configuration as it stands',
    schema: ConfigurationResource,
    example: EXAMPLE,
  },
};

export const getConfigurations = defineRoute({
  method: 'GET',
  path: '/account/configurations',
  operationId: 'getAccountConfigurations',
  tag: 'account',
  summary: "What the account's owner chose",
  doors: ['alpaca'],
  scope: 'read',
  answers,
  problems: [],
  async answer({ db }, { principal }) {
    const row = await findConfiguration(db, principal.accountId);
    return { status: 200, body: toConfigurationResource(row) };
  },
});

export const patchConfigurations = defineRoute({
  method: 'PATCH',
  path: '/account/configurations',
  operationId: 'changeAccountConfigurations',
  tag: 'account',
  summary: 'Change what is given, keep the rest',
  description:
    'From the next order on: `suspend_trade` refuses new orders (cancels pass), `no_shorting` ' +
    'short sales, `fractional_trading: false` fractions of a share; `max_margin_multiplier` caps ' +
    "the account's multiplier. The other values are kept and change nothing: there is no pattern " +
    'day trader rule, no overnight session, no mail, no option and no partnership here.',
  doors: ['alpaca'],
  scope: 'trade',
  body: ConfigurationChanges,
  example: { suspend_trade: true },
  answers,
  problems: [],
  async answer({ db }, { principal, body }) {
    const row = await saveConfiguration(db, principal.accountId, changesOf(body));
    return { status: 200, body: toConfigurationResource(row) };
  },
});

function changesOf(body: ConfigurationChanges): Partial<ConfigurationRow> {
  const given = Object.entries(body).filter(([, value]) => value != null);
  return Object.fromEntries(given);
}
