import { readSeedChoices } from './seed-choices';

test.each([
  { environment: {}, choices: { calendar: null, account: 'margin' } },
  { environment: { EVERFILL_CALENDAR: '' }, choices: { calendar: null, account: 'margin' } },
  {
    environment: { EVERFILL_CALENDAR: 'nyse', EVERFILL_ACCOUNT: 'cash' },
    choices: { calendar: 'nyse', account: 'cash' },
  },
])('$environment', ({ environment, choices }) => {
  expect(readSeedChoices(environment)).toEqual(choices);
});

test('another word is an error that names the right ones', () => {
  expect(() => readSeedChoices({ EVERFILL_CALENDAR: 'NYSE' })).toThrow(
    "EVERFILL_CALENDAR: 'NYSE' is not one of continuous, nyse",
  );
});
