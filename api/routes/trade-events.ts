import { z } from 'zod';
import { tellTradeUpdates } from '../events/tell-trade-updates';
import { invalidRequest } from '../fields';
import { findEventSequence, findSequenceBefore, findSequenceOf } from '../queries/events';
import { defineRoute } from '../route';
import { instant, uuid } from '../schemas/scalars';
import { streamTo } from './events';

export const streamTradeEvents = defineRoute({
  method: 'GET',
  path: '/events/trades',
  operationId: 'streamTradeEvents',
  tag: 'events',
  summary: "The account's `trade_updates` as server-sent events",
  description:
    'What `/stream` says, in lines of data. Without `since` or `since_id` it begins now. ' +
    '`since` is included, so that nothing is lost, and an update may come again: `event_id` ' +
    'tells. `since_id` is not included: it names the last update that is known. `until` and ' +
    '`until_id` are included; with `until_id`, or an `until` that has passed, the stream ends.',
  doors: ['alpaca'],
  scope: 'read',
  query: z.object({
    since: instant.optional(),
    until: instant.optional(),
    since_id: uuid.optional(),
    until_id: uuid.optional(),
  }),
  answers: {
    200: {
      description: 'The stream, until either side ends it',
      schema: z.string(),
      contentType: 'text/event-stream',
      example: 'id: 17\ndata: {"event":"fill","price":"412.5","qty":"10"}\n\n',
    },
  },
  problems: ['too_many_streams'],
  async answer(dependencies, { principal, query }) {
    const { db } = dependencies;
    const { accountId } = principal;
    const sequenceOf = async (field: string, eventId: string): Promise<number> => {
      const sequence = await findSequenceOf(db, accountId, eventId);
      if (sequence !== null) return sequence;
      const message = 'expected the event_id of an update of this account';
      throw invalidRequest([{ field, rule: 'event_id', message }], 'query');
    };
    const begin = async (): Promise<number> => {
      if (query.since_id !== undefined) return sequenceOf('since_id', query.since_id);
      if (query.since === undefined) return findEventSequence(db, accountId);
      return findSequenceBefore(db, accountId, query.since);
    };
    const { until_id: untilId, until = null } = query;
    const lastSequence = untilId === undefined ? null : await sequenceOf('until_id', untilId);
    const asked = { position: await begin(), lastSequence, until };
    return streamTo(dependencies, principal, tellTradeUpdates(db, accountId, asked));
  },
});
