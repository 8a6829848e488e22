import { readFileSync } from 'node:fs';
import { generateTypes, TYPES_FILE } from './generate-types';

test('the types in sdk/ are those of the document; `npm run gen:sdk` writes them', () => {
  expect(readFileSync(TYPES_FILE, 'utf8')).toBe(generateTypes());
}, 60_000);
