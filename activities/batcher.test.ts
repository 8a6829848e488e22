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
  readonly patienceMs?: number;
  readonly gatherMs?: number;
  readonly bad?: string;
}

function createRecorded(options: RecordedOptions = {}) {
  const batches: string[][] = [];
  const gate = createGate();
  const call = createBatcher<string, string>({
    limit: options.limit ?? 10,
    lanes: options.lanes ?? 1,
    crowd: options.crowd ?? 1,
    patienceMs: options.patienceMs ?? 60_000,
    gatherMs: options.gatherMs ?? 0,
    isConflict: (one, other) => one.startsWith(other.charAt(0)),
    isOneCallsFault: (error) => (error as Error).message === 'bad input',
    async run(inputs) {
      batches.push([...inputs]);
      await gate.opened;
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

test('a batch that is stuck holds nobody up for long', async () => {
  jest.useFakeTimers();
  try {
    const { batches, gate, call } = createRecorded({ lanes: 2, crowd: 10, patienceMs: 25 });
    const answers = Promise.all(['a', 'b', 'c'].map(call));
    jest.advanceTimersByTime(24);
    expect(batches).toEqual([['a']]);
    jest.advanceTimersByTime(1);
    expect(batches).toEqual([['a'], ['b', 'c']]);
    gate.open();
    expect(await answers).toEqual(['A', 'B', 'C']);
  } finally {
    jest.useRealTimers();
  }
});

test('after a batch with company the next call waits a moment for others, but only then', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  try {
    const { batches, gate, call } = createRecorded({ gatherMs: 10, crowd: 10 });
    gate.open();
    await Promise.all(['a', 'b', 'c'].map(call));
    expect(batches).toEqual([['a'], ['b', 'c']]);
    const together = Promise.all(['d', 'e'].map(call));
    jest.advanceTimersByTime(9);
    expect(batches).toHaveLength(2);
    jest.advanceTimersByTime(1);
    await together;
    expect(batches[2]).toEqual(['d', 'e']);
    const alone = call('f');
    jest.advanceTimersByTime(10);
    await alone;
    await new Promise((resolve) => setImmediate(resolve));
    // Nobody came: the next one does not wait.
    void call('g');
    expect(batches.slice(3)).toEqual([['f'], ['g']]);
  } finally {
    jest.useRealTimers();
  }
});
