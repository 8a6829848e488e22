import { z } from 'zod';
import { checkReadiness } from '../readiness';
import { defineRoute } from '../route';

export const getHealth = defineRoute({
  method: 'GET',
  path: '/healthz',
  operationId: 'getHealth',
  tag: 'operations',
  summary: 'Whether the process is alive; touches nothing else',
  doors: ['short'],
  scope: 'public',
  answers: {
    200: { description: 'Alive', schema: z.object({ status: z.literal('alive') }) },
  },
  problems: [],
  answer: () => ({ status: 200, body: { status: 'alive' } }),
});

const Readiness = z.object({
  status: z.enum(['ready', 'not ready']),
  checks: z.object({
    process: z.string(),
    postgres: z.string(),
    migrations: z.string(),
    temporal: z.string(),
  }),
});

export const getReadiness = defineRoute({
  method: 'GET',
  path: '/readyz',
  operationId: 'getReadiness',
  tag: 'operations',
  summary: 'Whether orders can be taken: Postgres, migrations and Temporal',
  doors: ['short'],
  scope: 'public',
  answers: {
    200: { description: 'Ready', schema: Readiness },
    503: { description: 'Not ready; `checks` says why', schema: Readiness },
  },
  problems: [],
  async answer(dependencies) {
    const { ready, checks } = await checkReadiness(dependencies);
    return {
      status: ready ? 200 : 503,
      headers: ready ? {} : { 'Retry-After': '1' },
      body: { status: ready ? 'ready' : 'not ready', checks },
    };
  },
});
