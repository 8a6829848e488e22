import { writeFileSync } from 'node:fs';
import { formatDocument, DOCUMENT_FILE } from './format-document';

/** `npm run gen:compatibility`: the user's table, from the steps and the notes. */
writeFileSync(DOCUMENT_FILE, formatDocument());
