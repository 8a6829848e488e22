import { pino, type Logger } from 'pino';

export type { Logger };

/** JSON lines on standard output; secrets never reach them. */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    base: { process: name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'req.headers.authorization',
        'req.headers["apca-api-secret-key"]',
        'secret',
        '*.secret',
        'api_secret_key',
        '*.api_secret_key',
      ],
      censor: '[redacted]',
    },
  });
}
