/**
 * Loaded before a program by a drill: its wall clock is off by `EVERFILL_DRILL_CLOCK_MS`. Timers
 * and `performance.now()` go on as they are, as on a machine whose clock was set wrong.
 */
const offset = Number(process.env['EVERFILL_DRILL_CLOCK_MS'] ?? 0);
const RealDate = Date;
const now = (): number => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[]) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (target, property, receiver) =>
    property === 'now' ? now : (Reflect.get(target, property, receiver) as unknown),
});
