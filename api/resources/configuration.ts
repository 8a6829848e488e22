import { z } from 'zod';
import { NumberLexeme } from '../json/number-lexeme';
import type { ConfigurationRow } from '../queries/configurations';

const CHECKS = ['both', 'entry', 'exit'] as const;
const EMAILS = ['all', 'none'] as const;
const MULTIPLIERS = ['1', '2', '4'] as const;

/** What an account's owner chose, as Alpaca's clients know it. */
export const ConfigurationResource = z.object({
  dtbp_check: z.enum(CHECKS),
  pdt_check: z.enum(CHECKS),
  fractional_trading: z.boolean(),
  max_margin_multiplier: z.enum(MULTIPLIERS),
  max_options_trading_level: z.int().min(0).max(3),
  no_shorting: z.boolean(),
  ptp_no_exception_entry: z.boolean(),
  disable_overnight_trading: z.boolean(),
  suspend_trade: z.boolean(),
  trade_confirm_email: z.enum(EMAILS),
});
export type ConfigurationResource = z.infer<typeof ConfigurationResource>;

/** A whole number of a closed set, as JSON number or as text; clients send both. */
const oneOf = (values: readonly string[]) =>
  z
    .custom<unknown>((value) => values.includes(String(textOf(value))), {
      error: `expected one of ${values.join(', ')}`,
      params: { rule: 'one_of' },
    })
    .transform((value) => Number(textOf(value)))
    .meta({ type: ['string', 'integer'], enum: [...values, ...values.map(Number)] });

function textOf(value: unknown): unknown {
  return value instanceof NumberLexeme ? value.text : value;
}

/** What a PATCH changes; what is absent or null stays. */
export const ConfigurationChanges = z.object({
  dtbp_check: z.enum(CHECKS).nullish(),
  pdt_check: z.enum(CHECKS).nullish(),
  fractional_trading: z.boolean().nullish(),
  max_margin_multiplier: oneOf(MULTIPLIERS).nullish(),
  max_options_trading_level: oneOf(['0', '1', '2', '3']).nullish(),
  no_shorting: z.boolean().nullish(),
  ptp_no_exception_entry: z.boolean().nullish(),
  disable_overnight_trading: z.boolean().nullish(),
  suspend_trade: z.boolean().nullish(),
  trade_confirm_email: z.enum(EMAILS).nullish(),
});
export type ConfigurationChanges = z.infer<typeof ConfigurationChanges>;

export function toConfigurationResource(row: ConfigurationRow): ConfigurationResource {
  const multiplier = String(row.max_margin_multiplier);
  return { ...row, max_margin_multiplier: multiplier as (typeof MULTIPLIERS)[number] };
}
