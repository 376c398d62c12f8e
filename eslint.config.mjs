// What may import what, by layer (docs/architecture.md), and a few rules a formatter cannot see.
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

// The boundary rule reads the graph that Nx has cached, and only warns when there is none: it is made here, each time.
process.env.NX_DAEMON ??= 'false';
await createProjectGraphAsync({ exitOnError: true, resetDaemonClient: true });

const layer = (...names) => names.map((name) => `layer:${name}`);

const browserPackages = [
  '@ant-design/icons',
  '@tanstack/react-query',
  'antd',
  'bwip-js',
  'dexie',
  'echarts/*',
  'fflate',
  'i18next',
  'keycloak-js',
  'qr',
  'react',
  'react-dom',
  'react-i18next',
  'react-router',
  'vite',
];

/** Lists are complete: what is not named is refused. Node's own modules are judged by `pureLayers` below. */
const layers = [
  { name: 'kernel', libs: [], externals: [] },
  { name: 'contract', libs: ['kernel'], externals: ['@bufbuild/protobuf', 'zod'] },
  { name: 'domain', libs: ['domain', 'kernel'], externals: ['chinese-days', 'jose', 'zod'] },
  { name: 'core', libs: ['kernel'], externals: ['zod'] },
  { name: 'journal', libs: ['contract', 'kernel'], externals: ['jose', 'zod'] },
  {
    name: 'transport',
    libs: ['contract', 'journal', 'core', 'kernel'],
    externals: ['@bufbuild/protobuf', '@grpc/grpc-js', '@nats-io/*', 'zod'],
  },
  { name: 'platform', libs: ['platform', 'kernel'], externals: ['*'] },
  {
    name: 'federation-nest',
    libs: ['platform', 'transport', 'contract', 'journal', 'domain', 'core', 'kernel'],
    externals: ['*'],
  },
  {
    name: 'feature',
    libs: ['federation-nest', 'platform', 'contract', 'journal', 'domain', 'core', 'kernel'],
    externals: [
      '@bufbuild/protobuf',
      '@grpc/grpc-js',
      '@nats-io/*',
      '@nestjs/*',
      'exceljs',
      'fastify',
      'mysql2',
      'pg',
      'pinyin-pro',
      'typeorm',
      'rxjs',
      'yauzl',
      'yazl',
      'zod',
    ],
  },
  {
    // Composes features into one process; the only place besides an app that may see all of them.
    name: 'host',
    libs: ['feature', 'federation-nest', 'platform', 'transport', 'contract', 'journal', 'domain', 'core', 'kernel'],
    externals: ['*'],
  },
  {
    name: 'app',
    libs: [
      'host',
      'feature',
      'federation-nest',
      'platform',
      'transport',
      'contract',
      'journal',
      'domain',
      'core',
      'kernel',
    ],
    externals: ['*'],
  },
  // What runs in a browser: it knows the product by its HTTP interface only.
  { name: 'console', libs: ['console'], externals: browserPackages },
  { name: 'console-app', libs: ['console'], externals: browserPackages },
  {
    name: 'testkit',
    libs: ['federation-nest', 'platform', 'transport', 'contract', 'journal', 'domain', 'core', 'kernel'],
    externals: ['*'],
  },
];
const everyLayer = layers.map(({ name }) => name);

const boundaries = (depConstraints) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    // The testkit is imported by tests only (next block), so a circle through it is in no program.
    ignoredCircularDependencies: [['testkit', '!testkit']],
    depConstraints,
  },
];

const sourceConstraints = layers.map(({ name, libs, externals }) => ({
  sourceTag: `layer:${name}`,
  onlyDependOnLibsWithTags: layer(...libs),
  allowedExternalImports: externals.flatMap((name) => [name, `${name}/*`]),
}));

const tests = ['**/*.{spec,integration,e2e}.ts', '**/test/**/*.ts', 'tests/**/*.ts'];

/** A test may use the testkit and any package, and stays within its layer's libraries. */
const testConstraints = [
  ...layers.map(({ name, libs }) => ({
    sourceTag: `layer:${name}`,
    onlyDependOnLibsWithTags: layer(...libs, name, 'testkit'),
  })),
  { sourceTag: 'layer:tests', onlyDependOnLibsWithTags: layer(...everyLayer) },
];

/** The stand-ins for development take theirs apart from the product's configuration. */
const environmentReaders = [
  'libs/platform/config/**',
  'libs/testkit/**',
  'apps/tongbanctl/**',
  'apps/{identity-dev,province-sandbox}/src/main.ts',
  ...tests,
];

/** Layers that decide and do nothing: no files, sockets, processes or clocks of their own. */
const pureLayers = ['libs/domain/**/*.ts', 'libs/kernel/**/*.ts', 'libs/federation/core/**/*.ts'];
const pureBuiltins = ['node:crypto', 'node:util', 'node:buffer'];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.tongban/', '.nx/', 'coverage/', '**/gen/', '**/*.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommended],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(sourceConstraints),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        // `typeof import('…')` types a package that is loaded only where it is used.
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read once, by libs/platform/config.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:process', importNames: ['env'], message: 'The environment is read by libs/platform/config.' },
            { name: 'process', message: 'Write node:process.' },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'A library lists what it exports; there are no inner barrels.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of strings with a const object.' },
      ],
    },
  },
  {
    files: pureLayers,
    ignores: tests,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^node:(?!(${pureBuiltins.map((name) => name.slice(5)).join('|')})$)`,
              message: 'A pure layer does no input or output.',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'A library lists what it exports; there are no inner barrels.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of strings with a const object.' },
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Time is a parameter (Clock).' },
        {
          selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
          message: 'Time is a parameter (Clock).',
        },
        {
          selector: 'CallExpression[callee.object.name="Math"][callee.property.name="random"]',
          message: 'Chance is a parameter (Random).',
        },
      ],
    },
  },
  { files: tests, rules: { '@nx/enforce-module-boundaries': boundaries(testConstraints) } },
  { files: environmentReaders, rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' } },
  { files: ['apps/tongbanctl/**', 'apps/*/src/main.ts', ...tests], rules: { 'no-console': 'off' } },
  {
    files: ['tools/**/*.spec.ts', 'tools/**/*.integration.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  prettier,
);
