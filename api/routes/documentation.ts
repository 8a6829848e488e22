import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { buildOpenApiDocument } from '../openapi/document';
import { ProblemError } from '../problem-error';
import { type Answer, defineRoute, type Route } from '../route';

/** The page's own files: served from here, so that it works without a network. */
const FILES: Readonly<Record<string, { readonly type: string; readonly read: () => string }>> = {
  'swagger-ui.css': { type: 'text/css; charset=utf-8', read: () => readDist('swagger-ui.css') },
  'swagger-ui-bundle.js': {
    type: 'text/javascript; charset=utf-8',
    read: () => readDist('swagger-ui-bundle.js'),
  },
  'start.js': { type: 'text/javascript; charset=utf-8', read: () => START },
};

function readDist(name: string): string {
  return readFileSync(join(dirname(require.resolve('swagger-ui-dist/package.json')), name), 'utf8');
}

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  persistAuthorization: true,
});
`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Everfill API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const PAGE_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The API's description of itself, from the routes it is given.
 *
 * @param version - Of the product.
 */
export function createDocumentationRoutes(routes: readonly Route[], version: string): Route[] {
  return [describeDocument(routes, version), page, file];
}

function describeDocument(routes: readonly Route[], version: string): Route {
  const document = buildOpenApiDocument(routes, version);
  return defineRoute({
    ...PUBLIC_PAGE,
    path: '/openapi.json',
    operationId: 'getOpenApiDocument',
    summary: 'This API as an OpenAPI 3.1 document',
    answers: { 200: { description: 'The document', schema: z.record(z.string(), z.unknown()) } },
    answer: () => ({ status: 200, body: document }),
  });
}

const PUBLIC_PAGE = {
  method: 'GET',
  tag: 'operations',
  doors: ['short'],
  scope: 'public',
  problems: [],
} as const;

const page = defineRoute({
  ...PUBLIC_PAGE,
  path: '/docs',
  operationId: 'getDocumentationPage',
  summary: 'This API as a page to read and try',
  answers: { 200: { description: 'The page', schema: z.string(), contentType: 'text/html' } },
  answer: () => ({
    status: 200,
    type: 'text/html; charset=utf-8',
    headers: { 'Content-Security-Policy': PAGE_POLICY },
    body: PAGE,
  }),
});

const cache = new Map<string, string>();

const file = defineRoute({
  ...PUBLIC_PAGE,
  path: '/docs/:file',
  operationId: 'getDocumentationFile',
  summary: 'A file of the page',
  pathParameters: z.object({ file: z.string() }),
  answers: { 200: { description: 'The file', schema: z.string(), contentType: 'text/css' } },
  problems: ['route_not_found'],
  answer(_, { path }): Answer {
    const found = Object.hasOwn(FILES, path.file) ? FILES[path.file] : undefined;
    if (found === undefined) throw new ProblemError('route_not_found', 'There is no such file.');
    const body = cache.get(path.file) ?? found.read();
    cache.set(path.file, body);
    return {
      status: 200,
      type: found.type,
      headers: { 'Cache-Control': 'public, max-age=3600' },
      body,
    };
  },
});
