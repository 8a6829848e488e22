'use strict';

/**
 * The import table of CONTRIBUTING.md. A folder is a runtime boundary: what one may import decides
 * what can be tested alone, replayed, or bundled. Tests may import everything.
 */
const TESTS = '\\.test\\.ts$|^test/';
const CONTRACT = '^workflows/contract\\.ts$';

/** Our own folders that `folder` may use; `types` only by `import type`. */
const TABLE = {
  domain: {
    uses: [],
    types: [],
    contract: false,
    comment: 'Rules are plain functions over plain data, so anything can call and replay them.',
  },
  workflows: {
    uses: ['domain'],
    types: ['activities'],
    comment: 'Workflow code is replayed: it sequences rules and steps, and touches nothing itself.',
  },
  schema: {
    uses: [],
    types: ['domain'],
    comment: 'A migration is frozen, the code moves on: it must not run rules of today.',
  },
  platform: {
    uses: [],
    types: ['schema'],
    comment: 'Plumbing that every process needs must know nothing about orders.',
  },
  invariants: {
    uses: ['domain', 'schema', 'platform'],
    types: [],
    comment: 'Checks read the rows alone, so that a test, a drill and a gauge can all ask them.',
  },
  activities: {
    uses: ['domain', 'schema', 'platform', 'invariants'],
    types: [],
    comment: 'Steps apply rules inside a transaction; they know workflows only by the contract.',
  },
  api: {
    uses: ['domain', 'schema', 'platform'],
    types: ['workflows'],
    comment: 'Routes translate: an effect happens in a workflow, never in a request.',
  },
  workers: {
    uses: ['activities', 'schema', 'platform', 'invariants'],
    types: [],
    comment: 'Entry points put parts together; workflow code reaches them as a bundle, by path.',
  },
  cli: {
    uses: ['schema', 'platform', 'invariants'],
    types: [],
    comment: 'The command line starts the processes and talks to them as any user would.',
  },
  sdk: {
    uses: [],
    types: [],
    contract: false,
    comment: 'A client knows the document, as every client outside does, and nothing behind it.',
  },
  bench: {
    uses: ['domain', 'activities', 'schema', 'platform', 'invariants'],
    types: [],
    comment: 'Measures what a client meets, pure code, and steps beside the same SQL done plainly.',
  },
  chaos: {
    uses: ['domain', 'workflows', 'schema', 'platform', 'invariants'],
    types: [],
    comment:
      'Drills break processes from outside and check rows; workflow code is theirs to replay.',
  },
};

const FOLDERS = [...Object.keys(TABLE), 'test'];
const anyOf = (folders) => `^(?:${folders.join('|')})/`;

function fence(folder) {
  const { uses, types, contract = true, comment } = TABLE[folder];
  const foreign = FOLDERS.filter((other) => ![folder, ...uses, ...types].includes(other));
  const from = { path: `^${folder}/`, pathNot: TESTS };
  const exception = contract ? { pathNot: CONTRACT } : {};
  const rules = [
    { name: `${folder}-imports`, from, to: { path: anyOf(foreign), ...exception } },
    ...(types.length === 0
      ? []
      : [
          {
            name: `${folder}-imports-types-only`,
            from,
            to: { path: anyOf(types), ...exception, dependencyTypesNot: ['type-only'] },
          },
        ]),
  ];
  return rules.map((rule) => ({ ...rule, severity: 'error', comment }));
}

/** Packages by folder; a folder that is not here may use any of package.json's dependencies. */
const PACKAGES = {
  domain: [],
  workflows: ['@temporalio/workflow', '@temporalio/common'],
  schema: ['kysely', 'pg', 'uuid'],
  platform: [
    '@opentelemetry/[^/]+',
    '@temporalio/client',
    '@temporalio/common',
    '@temporalio/worker',
    'kysely',
    'pg',
    'pino',
    'prom-client',
    'uuid',
    'zod',
  ],
  activities: [
    '@temporalio/activity',
    '@temporalio/client',
    '@temporalio/common',
    'kysely',
    'pg',
    'prom-client',
    'ws',
  ],
};
const NPM = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled'];

function packageFence(folder) {
  const allowed = PACKAGES[folder];
  return {
    name: `${folder}-packages`,
    severity: 'error',
    comment: `A new package in ${folder}/ is a decision: extend the list in this file with it.`,
    from: { path: `^${folder}/`, pathNot: TESTS },
    to: {
      dependencyTypes: NPM,
      ...(allowed.length === 0
        ? {}
        : { pathNot: `node_modules/(?:@types/)?(?:${allowed.join('|')})/` }),
    },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.keys(TABLE).flatMap(fence),
    ...Object.keys(PACKAGES).map(packageFence),
    {
      name: 'no-node-modules-in-replayed-code',
      severity: 'error',
      comment: 'A clock, a file or a socket gives another answer on replay, and breaks the bundle.',
      from: { path: '^(?:domain|workflows)/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Two files that run each other are one file, or hide a third; types may meet.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Code that nothing imports and that imports nothing does no work.',
      from: { orphan: true, pathNot: [TESTS, '^chaos/preload/', '^workflows/stack-depth'] },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      comment: 'The module is not there: a typing error or a missing dependency.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'not-to-dev-dependency',
      severity: 'error',
      comment: 'What runs in production must be among the dependencies, or it is missing there.',
      from: { pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-to-unlisted-package',
      severity: 'error',
      comment: 'A package that comes with another one may leave with it.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'not-to-test-file',
      severity: 'error',
      comment: 'A test that others need is not a test: move the shared part to test/.',
      from: {},
      to: { path: '\\.test\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'types', 'default'],
    },
  },
};
