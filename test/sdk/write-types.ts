import { writeFileSync } from 'node:fs';
import { generateTypes, TYPES_FILE } from './generate-types';

/** `npm run gen:sdk`: the types of the client in sdk/. */
writeFileSync(TYPES_FILE, generateTypes());
