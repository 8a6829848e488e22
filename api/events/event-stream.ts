import { PassThrough, type Readable } from 'node:stream';
import type { Principal } from '../context';
import type { Dependencies } from '../dependencies';
import { toEventResource } from '../resources/event';
import { createBell } from './bell';
import { findNews } from './find-news';
import { formatComment, formatFrame, formatRetry } from './frames';
import { readSnapshot } from './snapshot';

const RECONNECT_MS = 1_000;
/** How long a dropped reader has to take the reason before its socket goes. */
const FAREWELL_MS = 2_000;

type StreamDependencies = Pick<Dependencies, 'db' | 'events' | 'limits' | 'metrics' | 'logger'>;

/**
 * Serves an account's events: a snapshot first, then everything after a position, in sequence and
 * without gaps, for as long as the reader takes it.
 *
 * @param since - The last sequence the reader knows; `null` begins with the snapshot's.
 */
export function openEventStream(
  dependencies: StreamDependencies,
  principal: Principal,
  since: number | null,
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
    let position = await writeOpening(dependencies, principal, since, out);
    while (isOpen()) {
      const heard = bell.count();
      position = await writeNews(dependencies, principal, position, out, isOpen);
      if (isOpen()) await bell.after(heard);
    }
  };
  serve().then(
    () => endStream(out, endReason ?? 'closed', dependencies),
    (error: unknown) => {
      if (error instanceof SlowReaderError) return endStream(out, 'slow_consumer', dependencies);
      // Also a database that is away: the reader comes back and resumes.
      logger.warn({ err: error, account_id: principal.accountId }, 'event stream failed');
      return endStream(out, 'unavailable', dependencies);
    },
  );
  return out;
}

async function writeOpening(
  { db, limits }: StreamDependencies,
  principal: Principal,
  since: number | null,
  out: PassThrough,
): Promise<number> {
  const snapshot = await readSnapshot(db, principal.accountId);
  await write(out, formatRetry(RECONNECT_MS), limits.slowConsumerMs);
  // A position from beyond the last event belongs to another database: begin anew.
  const resumes = since !== null && since <= snapshot.sequence;
  const position = resumes ? since : snapshot.sequence;
  // A resuming reader keeps its own position until the events between have arrived.
  const id = resumes ? {} : { id: String(position) };
  const frame = formatFrame({ ...id, event: 'snapshot', data: snapshot });
  await write(out, frame, limits.slowConsumerMs);
  return position;
}

/** Writes what is published after `position`; returns the new position. */
async function writeNews(
  { db, limits }: StreamDependencies,
  principal: Principal,
  position: number,
  out: PassThrough,
  isOpen: () => boolean,
): Promise<number> {
  let last = position;
  while (isOpen()) {
    const { rows, more } = await findNews(db, principal.accountId, last, limits.eventsPerRead);
    for (const row of rows) {
      const event = row.type.split('.')[1] ?? 'event';
      const frame = formatFrame({ id: row.sequence, event, data: toEventResource(row) });
      await write(out, frame, limits.slowConsumerMs);
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

function endStream(out: PassThrough, reason: string, { metrics }: StreamDependencies): void {
  if (out.destroyed) return;
  metrics.droppedStreams.inc({ reason });
  out.end(formatFrame({ event: 'end', data: { reason } }));
  const timer = setTimeout(() => out.destroy(new Error(`event stream: ${reason}`)), FAREWELL_MS);
  out.once('close', () => clearTimeout(timer));
}
