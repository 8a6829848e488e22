export interface BatcherOptions<Input, Output> {
  /** Calls one batch takes at most. */
  readonly limit: number;
  /** Batches under way at once. */
  readonly lanes: number;
  /** Calls that wait before a batch starts at once, beside those under way if there are any. */
  readonly crowd: number;
  /**
   * Under load calls wait for company as many times as long as the last batch took. The same bounds
   * how long one that is stuck holds up those behind it.
   */
  readonly gatherTimes: number;
  /** However long that batch took. */
  readonly gatherMaxMs: number;
  /**
   * There is load while two calls come together that can share a batch, and for so long after.
   * Without it a call starts at once, or with the next batch.
   */
  readonly quietMs: number;
  /** Whether two calls must not share a batch. */
  readonly isConflict: (one: Input, other: Input) => boolean;
  /** Answers all calls in their order, or throws and has done nothing. */
  readonly run: (inputs: readonly Input[]) => Promise<readonly Output[]>;
  /** Whether the calls of a batch that failed so are tried one by one. */
  readonly isOneCallsFault: (error: unknown) => boolean;
}

interface Call<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one transaction out of the calls that come together. A call that comes alone starts at
 * once, so an idle system pays nothing for it; under load the next call is never far.
 */
export function createBatcher<Input, Output>(
  options: BatcherOptions<Input, Output>,
): (input: Input) => Promise<Output> {
  let waiting: Call<Input, Output>[] = [];
  /** One batch a lane. */
  const underWay = new Set<readonly Call<Input, Output>[]>();
  /** Whether those that wait may still get company; else they go with the next batch. */
  let gathering = false;
  let lastMetAt = Number.NEGATIVE_INFINITY;
  let gatherMs = options.gatherMaxMs;
  let timer: NodeJS.Timeout | null = null;

  const runLane = async (): Promise<void> => {
    while (waiting.length > 0 && !gathering) {
      const startedAt = performance.now();
      const [batch, left] = splitBatch(waiting, options);
      waiting = left;
      underWay.add(batch);
      await answer(batch, options);
      underWay.delete(batch);
      const tookMs = performance.now() - startedAt;
      gatherMs = Math.min(options.gatherMaxMs, options.gatherTimes * tookMs);
    }
  };

  const openLane = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    gathering = false;
    if (waiting.length > 0 && underWay.size < options.lanes) void runLane();
  };

  /** Whether there is another call now that this one could share a batch with. */
  const hasCompany = (input: Input): boolean =>
    [...underWay, waiting].flat().some((other) => !options.isConflict(other.input, input));

  return (input) =>
    new Promise<Output>((resolve, reject) => {
      const now = performance.now();
      if (hasCompany(input)) lastMetAt = now;
      const isLoad = now - lastMetAt < options.quietMs;
      waiting.push({ input, resolve, reject });
      if (waiting.length >= options.crowd || (underWay.size === 0 && !isLoad)) {
        openLane();
        return;
      }
      if (isLoad && waiting.length === 1) gathering = true;
      timer ??= setTimeout(openLane, gatherMs).unref();
    });
}

/** @returns The next batch, in the order its calls came, and those that stay behind. */
function splitBatch<Input, Output>(
  waiting: readonly Call<Input, Output>[],
  { limit, isConflict }: BatcherOptions<Input, Output>,
): [Call<Input, Output>[], Call<Input, Output>[]] {
  const taken: Call<Input, Output>[] = [];
  const left: Call<Input, Output>[] = [];
  for (const call of waiting) {
    const fits =
      taken.length < limit && !taken.some((other) => isConflict(other.input, call.input));
    (fits ? taken : left).push(call);
  }
  return [taken, left];
}

async function answer<Input, Output>(
  calls: readonly Call<Input, Output>[],
  options: BatcherOptions<Input, Output>,
): Promise<void> {
  try {
    const outputs = await options.run(calls.map((call) => call.input));
    calls.forEach((call, index) => {
      call.resolve(outputs[index] as Output);
    });
  } catch (error) {
    if (calls.length === 1 || !options.isOneCallsFault(error)) {
      for (const call of calls) call.reject(error);
      return;
    }
    // One bad call must not fail its neighbours: alone, each meets only its own fate.
    for (const call of calls) await answer([call], options);
  }
}
