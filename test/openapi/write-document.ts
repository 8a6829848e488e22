import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import { buildOpenApiDocument } from '../../api/openapi/document';
import { PRODUCT_VERSION } from '../../api/product-version';
import { ROUTES } from '../../api/routes';

/** `npm run gen:openapi`: the API's document as a file, for readers and for generators. */
async function main(): Promise<void> {
  const file = path.resolve(__dirname, '..', '..', 'docs', 'openapi.json');
  const text = JSON.stringify(buildOpenApiDocument(ROUTES, PRODUCT_VERSION));
  writeFileSync(file, await format(text, { parser: 'json', printWidth: 100 }));
}

void main();
