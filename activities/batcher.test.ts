import { createBatcher } from './batcher';

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function createGate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

interface RecordedOptions {
  readonly limit?: number;
  readonly lanes?: number;
  readonly crowd?: number;
  readonly gatherMaxMs?: number;
  readonly bad?: string;
  readonly stuck?: string;
  readonly tookMs?: number;
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function createRecorded(options: RecordedOptions = {}) {
  const batches: string[][] = [];
  const gate = createGate();
  const call = createBatcher<string, string>({
    limit: options.limit ?? 10,
    lanes: options.lanes ?? 1,
    crowd: options.crowd ?? 1,
    gatherTimes: 4,
    gatherMaxMs: options.gatherMaxMs ?? 0,
    quietMs: 200,
    isConflict: (one, other) => one.startsWith(other.charAt(0)),
    isOneCallsFault: (error) => (error as Error).message === 'bad input',
    async run(inputs) {
      batches.push([...inputs]);
      await gate.opened;
      if (options.tookMs !== undefined) await delay(options.tookMs);
      if (inputs.includes(options.stuck ?? '')) await new Promise(() => undefined);
      if (inputs.includes(options.bad ?? '')) throw new Error('bad input');
      if (inputs.includes('down')) throw new Error('outage');
      return inputs.map((input) => input.toUpperCase());
    },
  });
  return { batches, gate, call };
}

test('a call that comes alone starts at once, and those behind it share the next batch', async () => {
  const { batches, gate, call } = createRecorded();
  const answers = Promise.all(['a1', 'b1', 'c1'].map(call));
  expect(batches).toEqual([['a1']]);
  gate.open();
  expect(await answers).toEqual(['A1', 'B1', 'C1']);
  expect(batches).toEqual([['a1'], ['b1', 'c1']]);
});

test('calls in conflict never share a batch and keep their order', async () => {
  const { batches, gate, call } = createRecorded();
  const answers = Promise.all(['x', 'a1', 'a2', 'b1', 'a3'].map(call));
  gate.open();
  await answers;
  expect(batches).toEqual([['x'], ['a1', 'b1'], ['a2'], ['a3']]);
});

test('a batch takes no more than its limit', async () => {
  const { batches, gate, call } = createRecorded({ limit: 2 });
  const answers = Promise.all(['x', 'a', 'b', 'c'].map(call));
  gate.open();
  await answers;
  expect(batches).toEqual([['x'], ['a', 'b'], ['c']]);
});

test('a bad call fails alone: its neighbours are answered', async () => {
  const { gate, call } = createRecorded({ bad: 'b' });
  const answers = Promise.allSettled(['x', 'a', 'b', 'c'].map(call));
  gate.open();
  expect((await answers).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
});

test('an outage fails the whole batch once, so that it is not asked again for each call', async () => {
  const { batches, gate, call } = createRecorded();
  const answers = Promise.allSettled(['x', 'a', 'down', 'c'].map(call));
  gate.open();
  expect((await answers).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'rejected',
  ]);
  expect(batches).toHaveLength(2);
});

test('the next call after a quiet time starts a batch of its own', async () => {
  const { batches, gate, call } = createRecorded();
  gate.open();
  await call('a');
  await call('b');
  expect(batches).toEqual([['a'], ['b']]);
});

test('a second batch starts beside the first once a crowd waits', async () => {
  const { batches, gate, call } = createRecorded({ lanes: 2, crowd: 3 });
  const first = ['a', 'b', 'c'].map(call);
  expect(batches).toEqual([['a']]);
  const last = call('d');
  expect(batches).toEqual([['a'], ['b', 'c', 'd']]);
  gate.open();
  expect(await Promise.all([...first, last])).toEqual(['A', 'B', 'C', 'D']);
});

describe('under load', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** Two batches that each took so long: there is load now, and nothing under way. */
  async function loaded(tookMs: number, options: RecordedOptions = {}) {
    const recorded = createRecorded({ gatherMaxMs: 100, crowd: 10, tookMs, ...options });
    recorded.gate.open();
    for (const input of ['a', 'b', 'c']) void recorded.call(input);
    await jest.advanceTimersByTimeAsync(100 + tookMs);
    expect(recorded.batches).toEqual([['a'], ['b', 'c']]);
    return recorded;
  }

  test('a call waits for company, four times as long as the last batch took', async () => {
    const { batches, call } = await loaded(10);
    void call('d');
    await jest.advanceTimersByTimeAsync(39);
    void call('e');
    expect(batches).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches[2]).toEqual(['d', 'e']);
  });

  test('however slow the last batch was, a tenth of a second at most', async () => {
    const { batches, call } = await loaded(60);
    void call('d');
    await jest.advanceTimersByTimeAsync(99);
    expect(batches).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches[2]).toEqual(['d']);
  });

  test('calls that gather do not go with a batch that just ends', async () => {
    const { batches, call } = await loaded(10);
    void call('d');
    await jest.advanceTimersByTimeAsync(40);
    // Under way for ten more.
    expect(batches[2]).toEqual(['d']);
    await jest.advanceTimersByTimeAsync(9);
    void call('e');
    await jest.advanceTimersByTimeAsync(39);
    expect(batches).toHaveLength(3);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches[3]).toEqual(['e']);
  });

  test('a call under way is company for the one that comes meanwhile', async () => {
    const { batches, gate, call } = createRecorded({ gatherMaxMs: 100, crowd: 10, tookMs: 10 });
    gate.open();
    void call('a');
    await jest.advanceTimersByTimeAsync(5);
    void call('b');
    await jest.advanceTimersByTimeAsync(99);
    expect(batches).toEqual([['a']]);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([['a'], ['b']]);
  });

  test('calls that cannot share a batch do not wait for one another', async () => {
    const recorded = createRecorded({ gatherMaxMs: 100, crowd: 10, tookMs: 10 });
    recorded.gate.open();
    for (const input of ['a1', 'a2', 'a3']) void recorded.call(input);
    await jest.advanceTimersByTimeAsync(30);
    expect(recorded.batches).toEqual([['a1'], ['a2'], ['a3']]);
  });

  test('a crowd waits for nobody', async () => {
    const { batches, call } = await loaded(10, { crowd: 3 });
    for (const input of ['d', 'e', 'f']) void call(input);
    expect(batches[2]).toEqual(['d', 'e', 'f']);
  });

  test('whoever comes alone after a quiet time starts at once, and so does the next', async () => {
    const { batches, call } = await loaded(10);
    for (const input of ['d', 'e']) {
      await jest.advanceTimersByTimeAsync(200);
      void call(input);
    }
    expect(batches.slice(2)).toEqual([['d'], ['e']]);
  });

  test('a batch that is stuck holds nobody up for long', async () => {
    const { batches, call } = await loaded(10, { lanes: 2, stuck: 'd' });
    void call('d');
    await jest.advanceTimersByTimeAsync(40);
    void call('e');
    await jest.advanceTimersByTimeAsync(40);
    expect(batches.slice(2)).toEqual([['d'], ['e']]);
  });
});
