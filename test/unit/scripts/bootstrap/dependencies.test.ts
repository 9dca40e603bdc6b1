import { installedMatchesLock } from '../../../../scripts/bootstrap/dependencies.mjs';

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/for-another-machine': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  },
};

describe('installed dependencies', () => {
  it('match the lock file when optional packages of other machines are absent', () => {
    expect(
      installedMatchesLock(lock, { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } }),
    ).toBe(true);
  });

  it.each([
    ['is absent', {}],
    ['has another version', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['has another checksum', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }],
  ])('do not match when a package %s', (_case, packages) => {
    expect(installedMatchesLock(lock, { packages })).toBe(false);
  });
});
