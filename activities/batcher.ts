export interface BatcherOptions<Input, Output> {
  /** Calls one batch takes at most. */
  readonly limit: number;
  /** Batches under way at once. */
  readonly lanes: number;
  /**
   * Calls that wait before a batch starts at once, beside those under way if there are any: so that
   * batches grow while calls are few, and one that is stuck does not hold up many.
   */
  readonly crowd: number;
  /** How long a call waits for a batch under way before one starts beside it all the same. */
  readonly patienceMs: number;
  /**
   * How long a call waits for company although no batch is under way, if the batch before had some:
   * under load the next call is never far.
   */
  readonly gatherMs: number;
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
 * Makes one transaction out of the calls that wait while others are under way. A call that comes
 * alone, after another that came alone, starts at once, so an idle system pays nothing for it;
 * under load the batches grow by themselves.
 */
export function createBatcher<Input, Output>(
  options: BatcherOptions<Input, Output>,
): (input: Input) => Promise<Output> {
  let waiting: Call<Input, Output>[] = [];
  let running = 0;
  let hadCompany = false;
  let timer: NodeJS.Timeout | null = null;

  const stopTimer = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };

  const take = (): Call<Input, Output>[] => {
    const taken: Call<Input, Output>[] = [];
    const left: Call<Input, Output>[] = [];
    for (const call of waiting) {
      const fits =
        taken.length < options.limit &&
        !taken.some((other) => options.isConflict(other.input, call.input));
      (fits ? taken : left).push(call);
    }
    waiting = left;
    return taken;
  };

  const answer = async (calls: readonly Call<Input, Output>[]): Promise<void> => {
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
      for (const call of calls) await answer([call]);
    }
  };

  const runLane = async (): Promise<void> => {
    running += 1;
    while (waiting.length > 0) {
      const calls = take();
      hadCompany = calls.length > 1;
      await answer(calls);
    }
    running -= 1;
    if (running === 0) stopTimer();
  };

  const openLane = (): void => {
    stopTimer();
    if (waiting.length > 0 && running < options.lanes) void runLane();
  };

  return (input) =>
    new Promise<Output>((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      const isAlone = running === 0;
      if ((isAlone && !hadCompany) || waiting.length >= options.crowd) openLane();
      else timer ??= setTimeout(openLane, isAlone ? options.gatherMs : options.patienceMs).unref();
    });
}
