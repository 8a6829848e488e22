import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The version in package.json, from the sources and from `dist/` alike. */
export const PRODUCT_VERSION = readVersion();

function readVersion(): string {
  const parent = resolve(__dirname, '..');
  const root = parent.endsWith('dist') ? resolve(parent, '..') : parent;
  const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
