import { PassThrough, type Readable } from 'node:stream';
import type { Principal } from '../context';
import type { Dependencies } from '../dependencies';
import type { EventRow } from '../queries/events';
import { createBell } from './bell';
import { findNews } from './find-news';
import { formatComment } from './frames';

/** How long a dropped reader has to take the reason before its socket goes. */
const FAREWELL_MS = 2_000;

type StreamDependencies = Pick<Dependencies, 'db' | 'events' | 'limits' | 'metrics' | 'logger'>;

/** What a stream says of an account's events, and how. */
export interface Telling {
  /** What comes before the first event, and the sequence the stream begins behind. */
  open(): Promise<{ readonly text: string; readonly position: number }>;
  /** One text a row, empty for nothing to say; `null`: neither this nor a later one is wanted. */
  write(rows: readonly EventRow[]): Promise<readonly (string | null)[]>;
  /** Whether the stream ends with the last event there is, instead of waiting for the next. */
  readonly ends: boolean;
  /** The last words to a reader that did not go by itself. */
  farewell(reason: string): string;
}

/**
 * Serves an account's events: an opening, then everything after a position, in sequence and
 * without gaps, for as long as the reader takes it.
 */
export function openEventStream(
  dependencies: StreamDependencies,
  principal: Principal,
  telling: Telling,
): Readable {
  const { events, limits, metrics, logger } = dependencies;
  const out = new PassThrough();
  const bell = createBell();
  let endReason: string | null = null;

  const leave = events.join({
    kind: 'stream',
    keyId: principal.keyId,
    accountId: principal.accountId,
    wake: () => bell.ring(),
    end(reason) {
      endReason ??= reason;
      bell.ring();
    },
  });
  metrics.eventStreams.inc();
  out.once('close', () => {
    leave();
    metrics.eventStreams.dec();
    bell.ring();
  });
  const heartbeat = setInterval(() => {
    if (!out.writableNeedDrain) out.write(formatComment('heartbeat'));
  }, limits.eventHeartbeatMs);
  out.once('close', () => clearInterval(heartbeat));

  const isOpen = (): boolean => endReason === null && !out.destroyed;
  const serve = async (): Promise<void> => {
    const opening = await telling.open();
    await write(out, opening.text, limits.slowConsumerMs);
    let position: number | null = opening.position;
    while (isOpen()) {
      const heard = bell.count();
      position = await writeNews(dependencies, principal, telling, position, out, isOpen);
      if (position === null || telling.ends) return;
      if (isOpen()) await bell.after(heard);
    }
  };
  const finish = (reason: string): void => endStream(out, reason, telling, dependencies);
  serve().then(
    () => finish(endReason ?? 'closed'),
    (error: unknown) => {
      if (error instanceof SlowReaderError) return finish('slow_consumer');
      // Also a database that is away: the reader comes back and resumes.
      logger.warn({ err: error, account_id: principal.accountId }, 'event stream failed');
      return finish('unavailable');
    },
  );
  return out;
}

/** Writes what came after `position`; returns the new position, `null` at the end asked for. */
async function writeNews(
  { db, limits }: StreamDependencies,
  principal: Principal,
  telling: Telling,
  position: number,
  out: PassThrough,
  isOpen: () => boolean,
): Promise<number | null> {
  let last = position;
  while (isOpen()) {
    const { rows, more } = await findNews(db, principal.accountId, last, limits.eventsPerRead);
    for (const text of await telling.write(rows)) {
      if (text === null) return null;
      if (text !== '') await write(out, text, limits.slowConsumerMs);
      last += 1;
    }
    if (!more) return last;
  }
  return last;
}

class SlowReaderError extends Error {
  override readonly name = 'SlowReaderError';
}

/** Writes, and waits a bounded time for a reader that does not keep up. */
async function write(out: PassThrough, text: string, patienceMs: number): Promise<void> {
  if (out.destroyed || out.write(text)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      out.off('drain', onReady).off('close', onReady);
      finish();
    };
    const onReady = (): void => settle(resolve);
    const timer = setTimeout(() => settle(() => reject(new SlowReaderError())), patienceMs);
    out.once('drain', onReady).once('close', onReady);
  });
}

function endStream(
  out: PassThrough,
  reason: string,
  telling: Telling,
  { metrics }: StreamDependencies,
): void {
  if (out.destroyed) return;
  metrics.droppedStreams.inc({ reason });
  out.end(telling.farewell(reason));
  const timer = setTimeout(() => out.destroy(new Error(`event stream: ${reason}`)), FAREWELL_MS);
  out.once('close', () => clearTimeout(timer));
}
