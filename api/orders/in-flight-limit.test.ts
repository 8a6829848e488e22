import { Gauge, Registry } from 'prom-client';
import { OutageError } from '../outage';
import { createInFlightLimit } from './in-flight-limit';

function createLimit(ordersInFlight: number, orderQueueMs: number) {
  const orderStartsInFlight = new Gauge({
    name: 'order_starts_in_flight',
    help: 'test',
    registers: [new Registry()],
  });
  return createInFlightLimit({ ordersInFlight, orderQueueMs }, { orderStartsInFlight });
}

/** Work that ends when the test says so. */
function createGate() {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { gate, open: () => open() };
}

describe('the limit of orders in flight', () => {
  test('never runs more at once than it has places, and runs all', async () => {
    const limit = createLimit(3, 10_000);
    let [running, most, done] = [0, 0, 0];
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      done += 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => limit.run(work)));
    expect({ most, done, running }).toEqual({ most: 3, done: 20, running: 0 });
  });

  test('whoever waits too long is refused, with nothing taken', async () => {
    const limit = createLimit(1, 10);
    const { gate, open } = createGate();
    const first = limit.run(() => gate);
    const second = jest.fn(() => Promise.resolve());
    const refusal = await limit.run(second).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OutageError);
    expect((refusal as OutageError).taken).toBe('no');
    expect(second).not.toHaveBeenCalled();
    open();
    await first;
  });

  test('a place is free again after a failure', async () => {
    const limit = createLimit(1, 10_000);
    await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(limit.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});
