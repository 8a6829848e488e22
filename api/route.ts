import { z } from 'zod';
import type { ApiScope } from '../schema/account-tables';
import type { ApiContext, Principal } from './context';
import type { Dependencies } from './dependencies';
import type { Door, DoorName } from './doors';
import type { ProblemCode } from './problems';
import { parseFields, readFields, type FieldReader } from './fields';
import { readJsonBody } from './middleware/json-body';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request after its parts were parsed. */
export interface Call<Path, Query, Body> {
  readonly door: Door;
  readonly requestId: string;
  readonly principal: Principal;
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  /** A header's text; one that is sent empty is not absent. */
  readonly header: (name: string) => string | undefined;
}

export interface Answer {
  readonly status: number;
  /** Absent: no content. A stream is sent as it comes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type?: string;
}

export interface AnswerDocument {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly contentType?: string;
  readonly example?: unknown;
}

/** What the OpenAPI document says of a route; the router reads the same object. */
export interface RouteDocument {
  readonly method: Method;
  /** In the router's spelling: `/orders/:order_id`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly doors: readonly DoorName[];
  /** `public` needs no key. A route without a scope does not compile, and stops the start. */
  readonly scope: ApiScope | 'public';
  readonly headers?: z.ZodObject;
  readonly example?: unknown;
  readonly answers: Readonly<Record<number, AnswerDocument>>;
  readonly problems: readonly ProblemCode[];
}

interface RouteSchemas<Path, Query, Body> {
  readonly pathParameters?: z.ZodObject & z.ZodType<Path>;
  readonly query?: z.ZodObject & z.ZodType<Query>;
  readonly body?: z.ZodObject & z.ZodType<Body>;
}

interface RouteDefinition<Path, Query, Body>
  extends RouteDocument, RouteSchemas<Path, Query, Body> {
  readonly answer: (
    dependencies: Dependencies,
    call: Call<Path, Query, Body>,
  ) => Promise<Answer> | Answer;
}

export interface Route extends RouteDocument {
  readonly pathParameters?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  readonly run: (dependencies: Dependencies, ctx: ApiContext) => Promise<Answer>;
}

type Nothing = Record<string, never>;

/** Nobody: what a public route sees. */
const ANYONE: Principal = { keyId: '', accountId: '', scopes: [] };

/** Joins what a route is called, takes and does; its schemas are compiled here, once. */
export function defineRoute<Path = Nothing, Query = Nothing, Body = Nothing>(
  definition: RouteDefinition<Path, Query, Body>,
): Route {
  const { answer, ...document } = definition;
  const readers = {
    path: fieldReader<Path>(definition.pathParameters),
    query: fieldReader<Query>(definition.query),
    body: fieldReader<Body>(definition.body),
  };
  const run = async (dependencies: Dependencies, ctx: ApiContext): Promise<Answer> => {
    const { door, requestId, principal } = ctx.state;
    const strict = door.refusesUnknownFields;
    // The path first and the body last: an unknown id must not cost the reading of a body.
    const path = parseFields(readers.path, ctx['params'] as unknown, strict, 'path');
    const query = parseFields(readers.query, given(readFields(ctx.query), door), strict, 'query');
    const body =
      definition.body === undefined
        ? ({} as Body)
        : parseFields(
            readers.body,
            given(await readJsonBody(ctx, dependencies.limits.bodyBytes), door),
            strict,
            'body',
          );
    return answer(dependencies, {
      door,
      requestId,
      principal: principal ?? ANYONE,
      path,
      query,
      body,
      header: (name) => readHeader(ctx, name),
    });
  };
  return { ...document, run };
}

/** Alpaca's Go client sends an empty text for what it has no value for: it is absent. */
function given(fields: unknown, door: Door): unknown {
  if (door.name !== 'alpaca' || fields?.constructor !== Object) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function fieldReader<T>(schema: (z.ZodObject & z.ZodType<T>) | undefined): FieldReader<T> {
  if (schema === undefined) return { strict: null, loose: null };
  return {
    strict: strictly(schema) as unknown as z.ZodType<T>,
    loose: schema.strip() as unknown as z.ZodType<T>,
  };
}

/** The same schema, refusing fields it does not know in the objects inside it as well. */
function strictly(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodObject) {
    const inner = Object.entries<z.core.$ZodType>(schema.shape);
    const shape = Object.fromEntries(inner.map(([name, field]) => [name, strictly(field)]));
    return schema.clone({ ...schema.def, shape, catchall: z.never() });
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return schema.clone({ ...schema.def, innerType: strictly(schema.def.innerType) } as never);
  }
  return schema;
}

function readHeader(ctx: ApiContext, name: string): string | undefined {
  const value = ctx.req.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}
