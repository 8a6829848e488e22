import { type Calendar, CONTINUOUS, sessionAt, venueClock } from './sessions';

const at = (text: string): number => Date.parse(text);

test.each([
  { moment: '2026-03-09T00:00:00Z', tradingDay: '2026-03-09', closes: '2026-03-10T00:00:00Z' },
  { moment: '2026-03-09T23:59:59.999Z', tradingDay: '2026-03-09', closes: '2026-03-10T00:00:00Z' },
  { moment: '2024-02-29T12:00:00Z', tradingDay: '2024-02-29', closes: '2024-03-01T00:00:00Z' },
  { moment: '2099-12-31T12:00:00Z', tradingDay: '2099-12-31', closes: '2100-01-01T00:00:00Z' },
])('continuous at $moment is open for $tradingDay', ({ moment, tradingDay, closes }) => {
  expect(sessionAt(CONTINUOUS, at(moment))).toEqual({
    open: true,
    tradingDay,
    opensAtMs: at(`${tradingDay}T00:00:00Z`),
    closesAtMs: at(closes),
  });
});

describe('an exchange', () => {
  const session = (tradingDay: string) => ({
    tradingDay,
    opensAtMs: at(`${tradingDay}T14:30:00Z`),
    closesAtMs: at(`${tradingDay}T21:00:00Z`),
  });
  const friday = session('2026-01-09');
  const monday = session('2026-01-12');
  const calendar: Calendar = { kind: 'exchange', sessions: [friday, monday] };

  test.each([
    { name: 'before the open', ms: friday.opensAtMs - 1, open: false, session: friday },
    { name: 'at the open', ms: friday.opensAtMs, open: true, session: friday },
    { name: 'just before the close', ms: friday.closesAtMs - 1, open: true, session: friday },
    { name: 'at the close', ms: friday.closesAtMs, open: false, session: monday },
    { name: 'on Monday', ms: monday.opensAtMs, open: true, session: monday },
  ])('$name', ({ ms, open, session }) => {
    expect(sessionAt(calendar, ms)).toEqual({ ...session, open });
  });

  test('is closed for good after the last session listed', () => {
    expect(sessionAt(calendar, monday.closesAtMs)).toEqual({
      open: false,
      tradingDay: null,
      opensAtMs: null,
      closesAtMs: null,
    });
  });

  test.each([
    { name: 'open', ms: friday.opensAtMs, open: true, opens: monday, closes: friday },
    { name: 'closed', ms: friday.closesAtMs, open: false, opens: monday, closes: monday },
    { name: 'before', ms: 0, open: false, opens: friday, closes: friday },
  ])('its clock while $name', ({ ms, open, opens, closes }) => {
    expect(venueClock(calendar, ms)).toEqual({
      open,
      nextOpenMs: opens.opensAtMs,
      nextCloseMs: closes.closesAtMs,
    });
  });

  test('its clock past the last session', () => {
    const past = { open: false, nextOpenMs: null, nextCloseMs: null };
    expect(venueClock(calendar, monday.closesAtMs)).toEqual(past);
  });
});
