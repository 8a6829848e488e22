import { basename, dirname, resolve } from 'node:path';

/** The root of the checkout: the parent of `bench/`, or of `dist/bench/` once compiled. */
export function findSourceRoot(): string {
  const parent = resolve(__dirname, '..');
  return basename(parent) === 'dist' ? dirname(parent) : parent;
}
