import type { Logger } from './logger';

/**
 * Runs `stop` once on SIGTERM or SIGINT. A bug that nobody caught ends the process loudly: its
 * supervisor starts a fresh one, and every step it was in is safe to repeat.
 */
export function onShutdown(logger: Logger, stop: (signal: string) => Promise<void>): void {
  let stopping = false;
  const once = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stop failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => once('SIGTERM'));
  process.once('SIGINT', () => once('SIGINT'));
  const bug = (error: unknown): void => {
    logger.fatal({ err: error }, 'unhandled error');
    process.exit(70);
  };
  process.on('uncaughtException', bug);
  process.on('unhandledRejection', bug);
}
