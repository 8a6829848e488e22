import { z } from 'zod';
import { AccountResource } from '../resources/account';
import { AssetResource } from '../resources/asset';
import { BarResource } from '../resources/bar';
import { EventResource } from '../resources/event';
import { OrderLeg, OrderResource } from '../resources/order';
import { PositionResource } from '../resources/position';
import { AlpacaProblemResource, ProblemResource } from '../resources/problem';
import { QuoteResource } from '../resources/quote';
import { ReplaceOrderBody, SubmitOrderBody } from '../routes/orders/order-body';

export type JsonSchema = Record<string, unknown>;

/** Shapes that have a name of their own; every other one is written where it is used. */
const ANSWERS: Readonly<Record<string, z.ZodType>> = {
  Order: OrderResource,
  OrderLeg,
  Position: PositionResource,
  Account: AccountResource,
  Asset: AssetResource,
  Bar: BarResource,
  Quote: QuoteResource,
  Event: EventResource,
  Problem: ProblemResource,
  AlpacaProblem: AlpacaProblemResource,
};
const BODIES: Readonly<Record<string, z.ZodObject>> = {
  SubmitOrder: SubmitOrderBody,
  ReplaceOrder: ReplaceOrderBody,
};

const NAMES = new Map<z.ZodType, string>(
  Object.entries({ ...ANSWERS, ...BODIES }).map(([name, schema]) => [schema, name]),
);

const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

export function buildComponents(): Record<string, JsonSchema> {
  const answers = Object.entries(ANSWERS).map(([name, schema]) => [
    name,
    toSchema(schema, 'output'),
  ]);
  const bodies = Object.entries(BODIES).map(([name, schema]) => [
    name,
    toSchema(schema.strict(), 'input'),
  ]);
  return Object.fromEntries([...answers, ...bodies]) as Record<string, JsonSchema>;
}

/** The schema of a request part or an answer, with references to what has a name. */
export function describeSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const name = NAMES.get(schema);
  if (name !== undefined) return reference(name);
  if (schema instanceof z.ZodArray) {
    return { type: 'array', items: describeSchema(schema.element as z.ZodType, io) };
  }
  return toSchema(schema instanceof z.ZodObject && io === 'input' ? schema.strict() : schema, io);
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const described: JsonSchema = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // The pattern is that of the text in a query; the value is a number or a boolean.
      if (jsonSchema.type === 'integer' || jsonSchema.type === 'boolean') delete jsonSchema.pattern;
    },
  });
  delete described['$schema'];
  return described;
}
