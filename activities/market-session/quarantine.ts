/**
 * Finds the one command that makes a step fail however often it is tried, so that it can be set
 * aside and its neighbours go on. Kept per process: after a restart it is found again.
 */
export interface Quarantine {
  /** How many commands the next step of `symbol` may take. */
  limit(symbol: string, most: number): number;
  /** Why a command must be set aside; `undefined` for all the others. */
  problemOf(commandId: string): string | undefined;
  /** The step that took these commands failed by its content, not by an outage. */
  blame(symbol: string, commandIds: readonly string[], problem: string): void;
  /** The step that took these commands is stored. */
  clear(symbol: string, commandIds: readonly string[]): void;
}

export function createQuarantine(): Quarantine {
  const suspects = new Map<string, Set<string>>();
  const guilty = new Map<string, string>();
  return {
    limit: (symbol, most) => (suspects.has(symbol) ? 1 : most),
    problemOf: (commandId) => guilty.get(commandId),
    blame(symbol, commandIds, problem) {
      const [only] = commandIds;
      if (only !== undefined && commandIds.length === 1) {
        guilty.set(only, problem);
        suspects.delete(symbol);
      } else if (commandIds.length > 1) {
        suspects.set(symbol, new Set(commandIds));
      }
    },
    clear(symbol, commandIds) {
      const set = suspects.get(symbol);
      for (const commandId of commandIds) {
        guilty.delete(commandId);
        set?.delete(commandId);
      }
      if (set?.size === 0) suspects.delete(symbol);
    },
  };
}
