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

export default {
  projects: [project('unit'), project('contract'), project('integration'), project('replay')],
  testTimeout: 30_000,
};
