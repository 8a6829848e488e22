import type { z } from 'zod';
import { type Door, DOORS } from '../doors';
import { problemDocument, problemStatus } from '../problem-document';
import { PROBLEM_CODES, type ProblemCode, titleOf } from '../problems';
import type { AnswerDocument, Route } from '../route';
import { buildComponents, describeSchema, type JsonSchema } from './components';

/** What can go wrong on any route that takes this or that. */
const ALWAYS: readonly ProblemCode[] = [
  'headers_too_large',
  'internal_error',
  'service_unavailable',
];
const WITH_KEY: readonly ProblemCode[] = ['authentication_required', 'forbidden', 'rate_limited'];
const WITH_FIELDS: readonly ProblemCode[] = ['invalid_field', 'missing_field', 'unknown_field'];
const WITH_BODY: readonly ProblemCode[] = [
  'malformed_request',
  'body_too_large',
  'unsupported_media_type',
];

/** OpenAPI 3.1, from the same table the router mounts. */
export function buildOpenApiDocument(routes: readonly Route[], version: string): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  for (const route of routes) {
    const path = doorOf(route).prefix + toTemplate(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Everfill',
      version,
      description:
        'A paper-trading broker in which every order is a durable workflow. Numbers of orders, ' +
        'positions and accounts are decimal text; requests may carry text or JSON numbers, which ' +
        'are read as they are written. The orders, positions, account and assets of this page ' +
        'are served under `/v2` as well, for clients of the Alpaca Trading API.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: buildComponents(),
      examples: Object.fromEntries(
        Object.values(DOORS).flatMap((door) =>
          PROBLEM_CODES.map((code) => [exampleName(code, door), exampleProblem(code, door)]),
        ),
      ),
      securitySchemes: {
        keyId: { type: 'apiKey', in: 'header', name: 'APCA-API-KEY-ID' },
        secretKey: { type: 'apiKey', in: 'header', name: 'APCA-API-SECRET-KEY' },
        basic: { type: 'http', scheme: 'basic', description: 'Key id and secret.' },
      },
    },
  };
}

/** What only Alpaca's clients ask for stands where they ask for it. */
function doorOf(route: Route): Door {
  if (route.doors.includes('short')) return DOORS.short;
  return DOORS[route.doors[0] ?? 'short'];
}

/** `/orders\:by_client_order_id` and `/orders/:id` as OpenAPI writes them. */
function toTemplate(path: string): string {
  return path.replace(/(\\?):(\w+)/g, (_, escaped: string, name: string) =>
    escaped === '' ? `{${name}}` : `:${name}`,
  );
}

function describeRoute(route: Route): JsonSchema {
  const open = route.scope === 'public';
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    security: open ? [] : [{ keyId: [], secretKey: [] }, { basic: [] }],
    ...(open ? {} : { 'x-scope': route.scope }),
    parameters: [
      ...describeParameters(route.pathParameters, 'path'),
      ...describeParameters(route.query, 'query'),
      ...describeParameters(route.headers, 'header'),
    ],
    ...(route.body === undefined ? {} : { requestBody: describeBody(route, route.body) }),
    responses: { ...describeAnswers(route), ...describeProblems(route) },
  };
}

function describeParameters(
  fields: z.ZodObject | undefined,
  place: 'path' | 'query' | 'header',
): JsonSchema[] {
  return Object.entries(fields?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || !(schema as z.ZodType).safeParse(undefined).success,
    // Both forms mean the same; a list is one parameter with commas.
    schema: describeSchema(schema as z.ZodType, 'input'),
  }));
}

function describeBody(route: Route, body: z.ZodObject): JsonSchema {
  const example = route.example === undefined ? {} : { example: route.example };
  return {
    required: true,
    content: { 'application/json': { schema: describeSchema(body, 'input'), ...example } },
  };
}

function describeAnswers(route: Route): JsonSchema {
  const entries = Object.entries(route.answers).map(([status, answer]) => [
    status,
    describeAnswer(answer),
  ]);
  return Object.fromEntries(entries) as JsonSchema;
}

function describeAnswer({ description, schema, contentType, example }: AnswerDocument): JsonSchema {
  if (schema === undefined) return { description };
  const media = {
    schema: describeSchema(schema, 'output'),
    ...(example === undefined ? {} : { example }),
  };
  return { description, content: { [contentType ?? 'application/json']: media } };
}

/** Every refusal a route may give, by status, each with an example. */
function describeProblems(route: Route): JsonSchema {
  const takesFields = route.query !== undefined || route.body !== undefined;
  const codes = [
    ...(route.scope === 'public' ? [] : WITH_KEY),
    ...(takesFields || route.scope !== 'public' ? WITH_FIELDS : []),
    ...(route.body === undefined ? [] : WITH_BODY),
    ...route.problems,
    ...ALWAYS,
  ];
  const ownDoor = doorOf(route);
  const statusOf = (code: ProblemCode) => problemStatus({ code, detail: '' }, ownDoor);
  const responses: Record<string, JsonSchema> = {};
  for (const status of [...new Set(codes.map(statusOf))].sort()) {
    if (route.answers[status] !== undefined) continue;
    const same = [...new Set(codes.filter((code) => statusOf(code) === status))];
    // Answered before the path is read, so before the door is known.
    const door = same.includes('headers_too_large') ? DOORS.short : ownDoor;
    const schema = door.name === 'alpaca' ? 'AlpacaProblem' : 'Problem';
    responses[status] = {
      description: same.map((code) => `\`${code}\`: ${titleOf(code)}`).join('; '),
      content: {
        'application/problem+json': {
          schema: { $ref: `#/components/schemas/${schema}` },
          examples: Object.fromEntries(
            same.map((code) => [
              code,
              { $ref: `#/components/examples/${exampleName(code, door)}` },
            ]),
          ),
        },
      },
    };
  }
  return responses;
}

/** One example for both of Alpaca's doors where they answer alike. */
function exampleName(code: ProblemCode, door: Door): string {
  if (door.name === 'short') return code;
  const status = (of: Door) => problemStatus({ code, detail: '' }, of);
  return status(door) === status(DOORS.alpaca) ? `alpaca_${code}` : `alpaca_data_${code}`;
}

function exampleProblem(code: ProblemCode, door: Door): JsonSchema {
  const value = problemDocument(
    { code, detail: `${titleOf(code)}.` },
    { door, requestId: '7d0c9d54-6f0e-4e0b-9c41-3f5d7c1f8a11', instance: `${door.prefix}/orders` },
  );
  return { summary: titleOf(code), value };
}
