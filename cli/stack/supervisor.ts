/** All children of one home: what uses others stops before them. */
import type { EverfillHome } from './everfill-home';
import { tailLog } from './log-files';
import { supervise, type ProcessSpec, type SupervisedProcess } from './supervised-process';
import { GaveUpError, waitUntil } from './wait-until';

export interface SupervisorOptions {
  readonly home: EverfillHome;
  readonly report: (line: string) => void;
  /** Called after every start of any child. */
  readonly onPidsChanged: () => void;
  /** Ends waiting for children that are starting. */
  readonly signal: AbortSignal;
}

/** Who needs whom: a child is stopped before those of lower stages. */
export const STAGES = { postgres: 0, temporal: 1, workers: 2, api: 3 } as const;

const READY_TIMEOUT_MS = 60_000;
/** A child that dies this often before it is ready will not get ready. */
const DEATHS_BEFORE_GIVING_UP = 4;

export class Supervisor {
  private readonly options: SupervisorOptions;
  private readonly children: { stage: number; child: SupervisedProcess }[] = [];
  private stopped = false;

  constructor(options: SupervisorOptions) {
    this.options = options;
  }

  /** @throws Error once `stop` or `kill` was called: nothing may start behind their back. */
  start(stage: keyof typeof STAGES, spec: ProcessSpec): SupervisedProcess {
    if (this.stopped) throw new Error(`${spec.name} is not started: everything is stopping`);
    const { home, report, onPidsChanged } = this.options;
    const child = supervise(spec, {
      logsFolder: home.logsFolder,
      runFolder: home.runFolder,
      report,
      onStart: onPidsChanged,
    });
    this.children.push({ stage: STAGES[stage], child });
    return child;
  }

  /**
   * Waits until the probe says that the child serves.
   *
   * @throws Error with the end of the child's log when it does not get there.
   */
  async waitUntilReady(child: SupervisedProcess, probe: () => Promise<boolean>): Promise<void> {
    const { home, signal } = this.options;
    const options = { what: `${child.name} to get ready`, timeoutMs: READY_TIMEOUT_MS, signal };
    try {
      await waitUntil(options, () => {
        if (child.deaths() < DEATHS_BEFORE_GIVING_UP) return probe();
        throw new GaveUpError(`${child.name} dies again and again`);
      });
    } catch (error) {
      signal.throwIfAborted();
      const tail = tailLog(home.logsFolder, child.name).map((line) => `  ${line}`);
      const said = [(error as Error).message, `end of ${home.logsFolder}/${child.name}.log:`];
      throw new Error([...said, ...tail].join('\n'), { cause: error });
    }
  }

  /** Name to pid of what runs now. */
  pids(): Record<string, number> {
    const pids: Record<string, number> = {};
    for (const { child } of this.children) {
      const pid = child.pid();
      if (pid !== undefined) pids[child.name] = pid;
    }
    return pids;
  }

  /** Ends every child in an orderly way; none is started again. */
  async stop(): Promise<void> {
    this.stopped = true;
    const stages = [...new Set(this.children.map(({ stage }) => stage))].sort((a, b) => b - a);
    for (const stage of stages) {
      const together = this.children.filter((entry) => entry.stage === stage);
      await Promise.all(together.map(({ child }) => child.stop()));
    }
  }

  /** Ends every child at once. */
  kill(): void {
    this.stopped = true;
    for (const { child } of this.children) child.kill();
  }
}
