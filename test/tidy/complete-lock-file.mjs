/**
 * Adds to the lock file what npm left out: packages for other platforms that the registry in use
 * does not offer. Without an entry for each of them `npm ci` refuses the file on every machine.
 * Such an entry has a version and a platform but no checksum, since there was nothing to sum.
 *
 *   npm run gen:lock
 */
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK_FILE = new URL('../../package-lock.json', import.meta.url);
const CPUS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];

const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));

function isLocked(parent, name) {
  const folders = [parent, ''];
  return folders.some(
    (folder) => `${folder}/node_modules/${name}`.replace(/^\//, '') in lock.packages,
  );
}

function libcOf(name) {
  if (/musl(?:eabihf)?$/.test(name)) return { libc: ['musl'] };
  return /linux-.*-gnu(?:eabihf)?$/.test(name) ? { libc: ['glibc'] } : {};
}

function entryOf(name, version, parent) {
  const words = name.split(/[/-]/);
  const cpu = CPUS.find((word) => words.includes(word));
  const os = SYSTEMS.find((word) => words.includes(word));
  if (cpu === undefined || os === undefined || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`cannot tell the platform or version of ${name}@${version}`);
  }
  const dev = parent.dev === true ? { dev: true } : {};
  return { version, cpu: [cpu], ...dev, ...libcOf(name), optional: true, os: [os] };
}

const added = Object.entries(lock.packages).flatMap(([folder, parent]) =>
  Object.entries(parent.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(folder, name))
    .map(([name, version]) => [`node_modules/${name}`, entryOf(name, version, parent)]),
);
const sorted = Object.entries({ ...lock.packages, ...Object.fromEntries(added) }).sort(([a], [b]) =>
  a.localeCompare(b, 'en'),
);
lock.packages = Object.fromEntries(sorted);
writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} entries added`);
