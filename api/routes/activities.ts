import { z } from 'zod';
import type { Dependencies } from '../dependencies';
import { invalidRequest } from '../fields';
import { type ActivityFilter, type ActivityKind, listActivities } from '../queries/activities';
import {
  activityIdOf,
  ActivityResource,
  instantOfActivityId,
  toActivityResource,
} from '../resources/activity';
import { type Answer, defineRoute } from '../route';
import { instant, wholeNumber, wordList } from '../schemas/scalars';

/** What Alpaca's clients may ask for; of all but a few nothing ever happens here. */
const TYPES =
  'FILL TRANS MISC ACATC ACATS CFEE CGD CSD CSW DIV DIVCGL DIVCGS DIVFEE DIVFT DIVNRA DIVROC ' +
  'DIVTW DIVTXEX FEE INT INTNRA INTTW JNL JNLC JNLS MA NC OPASN OPCA OPCSH OPEXC OPEXP OPTRD PTC ' +
  'PTR REORG SPIN SPLIT FOPT';
const KNOWN_TYPES: ReadonlySet<string> = new Set(TYPES.split(' '));
const KINDS = ['FILL', 'FEE', 'CSD'] as const satisfies readonly ActivityKind[];

const paging = z.object({
  date: instant.optional(),
  after: instant.optional(),
  until: instant.optional(),
  direction: z.enum(['asc', 'desc']).default('desc'),
  page_size: wholeNumber(1, 100).optional(),
  page_token: z.string().max(100).optional(),
});
type Paging = z.infer<typeof paging>;

const common = {
  method: 'GET',
  tag: 'account',
  doors: ['alpaca'],
  scope: 'read',
  problems: [],
  answers: {
    200: {
      description: 'A page of activities',
      schema: z.array(ActivityResource),
      example: [
        {
          id: '20260115143000123::045b3b8d-c566-4bef-b741-2bf598dd6ae7',
          activity_type: 'FILL',
          transaction_time: '2026-01-15T14:30:00.123456Z',
          type: 'fill',
          price: '412.5',
          qty: '10',
          side: 'buy',
          symbol: 'SPY',
          leaves_qty: '0',
          cum_qty: '10',
          order_id: '61e69015-8549-4bfd-b9c3-01e75843f47d',
          order_status: 'filled',
        },
      ],
    },
  },
} as const;

export const getActivities = defineRoute({
  ...common,
  path: '/account/activities',
  operationId: 'listActivities',
  summary: 'What happened to the account, in the order in which it was booked',
  description:
    'Fills (`FILL`), their fees (`FEE`) and the opening deposit (`CSD`), since the account was ' +
    'opened or last reset. `after` and `until` are exclusive; `date` is a UTC day. `page_token` ' +
    'is the id of the last activity of a page; the next page continues exactly behind it.',
  query: paging.extend({
    activity_types: wordList(50).optional(),
    category: z.enum(['trade_activity', 'non_trade_activity']).optional(),
  }),
  async answer(dependencies, { principal, query }) {
    const { activity_types: types, category } = query;
    if (types !== undefined && category !== undefined) {
      throw refuse('category', 'one_of', 'send activity_types or category, not both');
    }
    const kinds =
      types === undefined
        ? KINDS.filter((kind) => isOfCategory(kind, category))
        : readKinds('activity_types', types);
    return answerPage(dependencies, principal.accountId, kinds, query);
  },
});

export const getActivitiesOfType = defineRoute({
  ...common,
  path: '/account/activities/:activity_type',
  operationId: 'listActivitiesOfType',
  summary: 'As above, of one type',
  pathParameters: z.object({ activity_type: z.string().max(40) }),
  query: paging,
  async answer(dependencies, { principal, path, query }) {
    const kinds = readKinds('activity_type', [path.activity_type.toUpperCase()]);
    return answerPage(dependencies, principal.accountId, kinds, query);
  },
});

function isOfCategory(kind: ActivityKind, category: string | undefined): boolean {
  if (category === undefined) return true;
  return (kind === 'FILL') === (category === 'trade_activity');
}

/** A type that exists and never happens here has an empty list; another word is a mistake. */
function readKinds(field: string, types: readonly string[]): ActivityKind[] {
  const unknown = types.find((type) => !KNOWN_TYPES.has(type));
  if (unknown !== undefined) throw refuse(field, 'activity_type', `no such type as ${unknown}`);
  return KINDS.filter((kind) => types.includes(kind));
}

const DAY_MS = 86_400_000;
const DEFAULT_SIZE = 100;

async function answerPage(
  { db }: Dependencies,
  accountId: string,
  kinds: readonly ActivityKind[],
  query: Paging,
): Promise<Answer> {
  const { date, after, until, direction, page_token: token } = query;
  const filter: ActivityFilter = {
    accountId,
    kinds,
    after,
    direction,
    limit: query.page_size ?? DEFAULT_SIZE,
    ...(date === undefined ? { until } : dayOf(date)),
  };
  const behind = token === undefined ? undefined : await findPlace({ db }, accountId, token);
  const rows = await listActivities(db, { ...filter, behind });
  return { status: 200, body: rows.map(toActivityResource) };
}

function dayOf(date: string): Pick<ActivityFilter, 'from' | 'until'> {
  const day = date.slice(0, 10);
  return { from: `${day}T00:00:00Z`, until: new Date(Date.parse(day) + DAY_MS).toISOString() };
}

/** More than one account can book in a millisecond. */
const MAXIMUM_IN_A_MILLISECOND = 1_000;

/** The id carries the millisecond; which of its activities is meant, their ids say. */
async function findPlace({ db }: Pick<Dependencies, 'db'>, accountId: string, token: string) {
  const from = instantOfActivityId(token);
  if (from !== null) {
    const candidates = await listActivities(db, {
      accountId,
      kinds: KINDS,
      from,
      until: new Date(Date.parse(from) + 1).toISOString(),
      direction: 'asc',
      limit: MAXIMUM_IN_A_MILLISECOND,
    });
    const place = candidates.find((row) => activityIdOf(row) === token);
    if (place !== undefined) return place;
  }
  throw refuse('page_token', 'activity_id', 'expected the id of an activity of this account');
}

const refuse = (field: string, rule: string, message: string) =>
  invalidRequest([{ field, rule, message }], 'query');
