/** One child that is started again when it dies, until it is told to stop. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { openLog } from './log-files';
import { forgetPid, recordPid } from './pid-files';
import { HEALTHY_AFTER_MS, restartDelayMs } from './restart-delay';

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Whom it runs as; the supervisor's own user when absent. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What ends it in an orderly way. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** Runs before every start, restarts included. */
  readonly beforeStart?: () => Promise<void>;
}

export interface SupervisedProcess {
  readonly name: string;
  /** Undefined between a death and the next start, and once stopped. */
  pid(): number | undefined;
  /** Deaths since it was first started. */
  deaths(): number;
  /** Ends it for good: the stop signal, then SIGKILL after 10 s. */
  stop(): Promise<void>;
  /** Ends it for good at once. */
  kill(): void;
}

export interface SupervisionOptions {
  readonly logsFolder: string;
  readonly runFolder: string;
  /** Called with a sentence for the person at the terminal. */
  readonly report: (line: string) => void;
  /** Called after every start. */
  readonly onStart?: (pid: number) => void;
}

const STOP_TIMEOUT_MS = 10_000;

/** Starts the process and keeps it running. */
export function supervise(spec: ProcessSpec, options: SupervisionOptions): SupervisedProcess {
  const supervision = new Supervision(spec, options);
  supervision.start();
  return supervision;
}

class Supervision implements SupervisedProcess {
  readonly name: string;
  private readonly spec: ProcessSpec;
  private readonly options: SupervisionOptions;
  private child: ChildProcess | undefined;
  private restartTimer: NodeJS.Timeout | undefined;
  private starting: Promise<void> | undefined;
  private stopping = false;
  private deathCount = 0;
  private deathsInARow = 0;

  constructor(spec: ProcessSpec, options: SupervisionOptions) {
    this.name = spec.name;
    this.spec = spec;
    this.options = options;
  }

  pid(): number | undefined {
    return this.child?.pid;
  }

  deaths(): number {
    return this.deathCount;
  }

  start(): void {
    this.starting = this.prepareAndSpawn().finally(() => {
      this.starting = undefined;
    });
  }

  private async prepareAndSpawn(): Promise<void> {
    try {
      await this.spec.beforeStart?.();
    } catch (error) {
      this.scheduleRestart(`could not be started: ${(error as Error).message}`);
      return;
    }
    if (!this.stopping) this.spawnChild();
  }

  private spawnChild(): void {
    const { name, command, args, env, cwd, user, stopSignal } = this.spec;
    const log = openLog(this.options.logsFolder, name);
    // A session of its own, so that Ctrl-C at the terminal reaches only the supervisor, which
    // then stops everything in order.
    const child = spawn(command, args, {
      env,
      cwd,
      ...user,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    const startedMs = Date.now();
    child.once('error', (error) => {
      // No pid: it never ran, so there will be no 'exit'.
      if (child.pid === undefined) this.whenEnded(`could not be started: ${error.message}`, 0);
    });
    child.once('exit', (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `exited with code ${String(code)}`;
      this.whenEnded(how, Date.now() - startedMs);
    });
    if (child.pid === undefined) return;
    recordPid(this.options.runFolder, { name, pid: child.pid, stopSignal });
    this.options.onStart?.(child.pid);
  }

  private whenEnded(how: string, ranMs: number): void {
    this.child = undefined;
    forgetPid(this.options.runFolder, this.name);
    if (ranMs >= HEALTHY_AFTER_MS) this.deathsInARow = 0;
    this.scheduleRestart(how);
  }

  private scheduleRestart(how: string): void {
    if (this.stopping) return;
    this.deathCount += 1;
    this.deathsInARow += 1;
    // A drill kills on purpose: waiting longer and longer would only keep it waiting.
    const inDrill = Boolean(process.env['EVERFILL_DRILL']);
    const delayMs = restartDelayMs(inDrill ? 1 : this.deathsInARow);
    this.options.report(`${this.name} ${how}; starting it again in ${delayMs / 1000} s`);
    this.restartTimer = setTimeout(() => {
      this.start();
    }, delayMs);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restartTimer);
    await this.starting;
    const { child } = this;
    if (child?.pid === undefined) return;
    await new Promise<void>((resolve) => {
      const forced = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      child.once('exit', () => {
        clearTimeout(forced);
        resolve();
      });
      child.kill(this.spec.stopSignal);
    });
  }

  kill(): void {
    this.stopping = true;
    clearTimeout(this.restartTimer);
    this.child?.kill('SIGKILL');
  }
}
