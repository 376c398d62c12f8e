// Levels, named by what they need: unit (nothing), integration (PostgreSQL, NATS), e2e (a whole city), browser (a city and
// Chromium), keycloak (Java).
const level = (name, testMatch) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '\\.tsx?$': '<rootDir>/tools/jest/transform.mjs' },
  moduleNameMapper: {
    '^@tongban/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.tongban/'],
});

export default {
  projects: [
    level('unit', ['<rootDir>/{apps,libs,tools}/**/*.spec.ts']),
    level('integration', ['<rootDir>/{apps,libs,tests,tools}/**/*.integration.ts']),
    level('e2e', ['<rootDir>/tests/e2e/**/*.e2e.ts']),
    level('browser', ['<rootDir>/tests/browser/**/*.browser.ts']),
    level('keycloak', ['<rootDir>/tests/keycloak/**/*.keycloak.ts']),
  ],
  coverageProvider: 'v8',
  // A bound for hangs, not a measure of speed: machines of CI are shared.
  testTimeout: 60_000,
};
