import type { SeedOptions } from '../../schema/seed';

type Choices = Required<Pick<SeedOptions, 'calendar' | 'account'>>;

const CALENDARS = ['continuous', 'nyse'] as const;
const ACCOUNTS = ['margin', 'cash'] as const;

/**
 * What the environment says about the first data: `EVERFILL_CALENDAR` is when the simulated
 * symbols trade, `EVERFILL_ACCOUNT` what the demo account is opened as.
 *
 * @throws Error naming the variable and its values, before anything starts.
 */
export function readSeedChoices(environment: NodeJS.ProcessEnv): Choices {
  return {
    // Not said: symbols keep the calendar they have.
    calendar: choiceOf(environment, 'EVERFILL_CALENDAR', CALENDARS),
    account: choiceOf(environment, 'EVERFILL_ACCOUNT', ACCOUNTS) ?? 'margin',
  };
}

function choiceOf<const Value extends string>(
  environment: NodeJS.ProcessEnv,
  name: string,
  values: readonly Value[],
): Value | null {
  const text = environment[name] ?? '';
  if (text === '') return null;
  const value = values.find((one) => one === text);
  if (value === undefined) throw new Error(`${name}: '${text}' is not one of ${values.join(', ')}`);
  return value;
}
