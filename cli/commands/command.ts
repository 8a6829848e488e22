/** What every command of the `everfill` program is. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Lines for `everfill <name> --help`. */
  readonly usage: string;
  /**
   * @param args - What follows the command's name.
   * @returns The exit code.
   */
  run(args: readonly string[]): Promise<number>;
}

/** Bad arguments: the person at the terminal can put them right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
