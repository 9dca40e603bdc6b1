/** Jest on ESM TypeScript: swc strips the types, Node runs the modules. */
const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  ...extra,
});

const integration = {
  globalSetup: '<rootDir>/test/support/integration-setup.ts',
  globalTeardown: '<rootDir>/test/support/integration-teardown.ts',
};

export default {
  projects: [project('unit'), project('contract'), project('integration', integration), project('replay')],
  testTimeout: 60_000,
  // Integration tests mostly wait for other processes: one worker would leave half of two cores idle.
  maxWorkers: 2,
};
