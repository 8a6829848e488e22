const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Tidies up before this process ends by Ctrl-C or a signal.
 *
 * @returns Ends the listening: from then on the caller tidies up by itself.
 */
export function onInterruption(tidyUp: () => Promise<void>): () => void {
  const names = Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[];
  const listeners = names.map((name) => {
    const listener = (): void => {
      release();
      void tidyUp().finally(() => process.exit(EXIT_CODES[name]));
    };
    process.on(name, listener);
    return { name, listener };
  });
  const release = (): void => {
    for (const { name, listener } of listeners) process.off(name, listener);
  };
  return release;
}
