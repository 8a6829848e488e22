import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PRODUCT_VERSION } from '../product-version';
import { ROUTES } from '../routes';
import { buildOpenApiDocument } from './document';
import type { JsonSchema } from './components';

const document = buildOpenApiDocument(ROUTES, '1.2.3');
const paths = document['paths'] as Record<string, Record<string, JsonSchema>>;
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));

function findReferences(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === '$ref' ? [String(inner)] : findReferences(inner),
  );
}

test('every route is in the document, once', () => {
  const ids = operations.map((operation) => operation['operationId']);
  expect([...ids].sort()).toEqual(ROUTES.map(({ operationId }) => operationId).sort());
  expect(new Set(ids).size).toBe(ids.length);
});

test('paths are written as OpenAPI writes them', () => {
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/orders/{order_id}', '/orders:by_client_order_id', '/v2/clock']),
  );
});

test('every reference leads somewhere', () => {
  const components = document['components'] as Record<string, Record<string, unknown>>;
  const lost = findReferences(document).filter((text) => {
    const [, , kind = '', name = ''] = text.split('/');
    return components[kind]?.[name] === undefined;
  });
  expect(lost).toEqual([]);
});

test('the document in docs/ is the one the API serves; `npm run gen:openapi` writes it', () => {
  const file = path.resolve(__dirname, '..', '..', 'docs', 'openapi.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(buildOpenApiDocument(ROUTES, PRODUCT_VERSION))),
  );
});

test('every guarded operation names its scope and the problems of a missing key', () => {
  const guarded = operations.filter((operation) => (operation['security'] as unknown[]).length > 0);
  for (const operation of guarded) {
    expect(operation['x-scope']).toMatch(/^(read|trade|admin)$/);
    expect(Object.keys(operation['responses'] as object)).toEqual(
      expect.arrayContaining(['401', '403', '500', '503']),
    );
  }
});

test('numbers of a body may be text or JSON numbers, and unknown fields are refused', () => {
  const { schemas } = document['components'] as { schemas: Record<string, JsonSchema> };
  const body = schemas['SubmitOrder'] as {
    properties: Record<string, JsonSchema>;
    additionalProperties: boolean;
    required: string[];
  };
  expect(body.properties['qty']).toMatchObject({
    anyOf: [{ type: ['string', 'number'] }, { type: 'null' }],
  });
  expect(body.additionalProperties).toBe(false);
  expect(body.required).toEqual(['symbol', 'side', 'type']);
});
