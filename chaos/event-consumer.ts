import { setTimeout as delay } from 'node:timers/promises';
import type { Trader } from './client';

/** Follows the events of one account as our documents say: by sequence, deduplicating by id. */
export interface EventConsumer {
  readonly trader: Trader;
  /** Sequence of each event that was applied, by its id, in order. */
  readonly applied: ReadonlyMap<string, number>;
  /** Events that came again and were dropped. */
  readonly duplicates: number;
  /** Events that came out of order. */
  readonly gaps: readonly string[];
  /** Stops reading for a while, without closing. */
  sleep(ms: number): void;
  /** Asks again for everything from the beginning, as a consumer that lost its position does. */
  rewind(): void;
  stop(): Promise<void>;
}

export function startEventConsumer(api: string, trader: Trader): EventConsumer {
  const applied = new Map<string, number>();
  const gaps: string[] = [];
  let duplicates = 0;
  let position = 0;
  let since = 0;
  let sleepUntil = 0;
  let connection = new AbortController();
  const stopping = new AbortController();

  const apply = (id: string, sequence: number): void => {
    since = Math.max(since, sequence);
    if (applied.has(id)) {
      duplicates += 1;
      return;
    }
    if (sequence !== position + 1) gaps.push(`${position} was followed by ${sequence}`);
    position = sequence;
    applied.set(id, sequence);
  };
  const follow = async (): Promise<void> => {
    connection = new AbortController();
    const { signal } = connection;
    const response = await fetch(`${api}/events?since=${since}`, {
      headers: { 'apca-api-key-id': trader.keyId, 'apca-api-secret-key': trader.secret },
      signal,
    });
    if (!response.ok || response.body === null) return;
    for await (const frame of framesOf(response.body)) {
      while (Date.now() < sleepUntil && !stopping.signal.aborted) await delay(100);
      // What was read before a rewind belongs to the position that is given up.
      if (signal.aborted) return;
      const event = readEvent(frame);
      if (event !== null) apply(event.id, event.sequence);
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await follow().catch(() => undefined);
      await delay(300, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    trader,
    applied,
    gaps,
    get duplicates() {
      return duplicates;
    },
    sleep(ms) {
      sleepUntil = Date.now() + ms;
    },
    rewind() {
      since = 0;
      connection.abort();
    },
    async stop() {
      stopping.abort();
      connection.abort();
      await running;
    },
  };
}

async function* framesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    yield* frames;
  }
}

/** Snapshots, heartbeats and farewells are no events. */
function readEvent(frame: string): { id: string; sequence: number } | null {
  const data = frame.split('\n').find((line) => line.startsWith('data: '));
  if (data === undefined) return null;
  const event = JSON.parse(data.slice('data: '.length)) as Record<string, string>;
  if (event['specversion'] === undefined || event['id'] === undefined) return null;
  return { id: event['id'], sequence: Number(event['sequence']) };
}
