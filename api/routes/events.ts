import { z } from 'zod';
import type { Principal } from '../context';
import type { Dependencies } from '../dependencies';
import { openEventStream, type Telling } from '../events/event-stream';
import { tellEvents } from '../events/tell-events';
import { invalidRequest } from '../fields';
import { ProblemError } from '../problem-error';
import { type Answer, defineRoute } from '../route';
import { wholeNumber } from '../schemas/scalars';

const MAXIMUM_SEQUENCE = Number.MAX_SAFE_INTEGER;

export const streamEvents = defineRoute({
  method: 'GET',
  path: '/events',
  operationId: 'streamEvents',
  tag: 'events',
  summary: "The account's events as server-sent events, with resume",
  description:
    'First an event `snapshot` (account, open orders, positions, and the `sequence` they stand ' +
    'at), then one event per change, `id` = sequence, without gaps, `data` = a CloudEvent. ' +
    '`since` (or `Last-Event-ID`) resumes after that sequence; without it the stream begins at ' +
    'the snapshot. A comment every 15 s keeps proxies awake. A reader that takes nothing for ' +
    '10 s is dropped with an event `end` and may resume.',
  doors: ['short'],
  scope: 'read',
  query: z.object({ since: wholeNumber(0, MAXIMUM_SEQUENCE).optional() }),
  headers: z.object({ 'Last-Event-ID': wholeNumber(0, MAXIMUM_SEQUENCE).optional() }),
  answers: {
    200: {
      description: 'The stream, until either side ends it',
      schema: z.string(),
      contentType: 'text/event-stream',
      example: 'id: 17\nevent: order\ndata: {"specversion":"1.0","sequence":"17"}\n\n',
    },
  },
  problems: ['too_many_streams'],
  answer(dependencies, { principal, query, header }) {
    const since = query.since ?? readLastEventId(header('Last-Event-ID'));
    return streamTo(
      dependencies,
      principal,
      tellEvents(dependencies.db, principal.accountId, since),
    );
  },
});

/** @throws ProblemError `too_many_streams`. */
export function streamTo(
  dependencies: Dependencies,
  principal: Principal,
  telling: Telling,
): Answer {
  const { events, limits } = dependencies;
  if (events.count(principal.keyId) >= limits.eventStreamsPerKey) {
    throw new ProblemError(
      'too_many_streams',
      `A key may have ${limits.eventStreamsPerKey} event streams open at once.`,
      { headers: { 'Retry-After': '5' } },
    );
  }
  return {
    status: 200,
    type: 'text/event-stream; charset=utf-8',
    // A proxy that collects the answer would keep events from their reader.
    headers: { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
    body: openEventStream(dependencies, principal, telling),
  };
}

function readLastEventId(text = ''): number | null {
  if (text === '') return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const message = 'expected a sequence number';
  throw invalidRequest([{ field: 'Last-Event-ID', rule: 'sequence', message }], 'query');
}
