import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface LockedPackage {
  version?: string;
  integrity?: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

function isForThisPlatform({ os = ['linux'], cpu = ['x64'], libc = ['glibc'] }: LockedPackage): boolean {
  return os.includes('linux') && cpu.includes('x64') && libc.includes('glibc');
}

describe('what is installed', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const locked = Object.entries(
    (JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> }).packages,
  );

  it('is pinned to one version of each package', () => {
    const ranges = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(ranges).toEqual([]);
  });

  it('is what the lockfile has seen, byte for byte, but for packages of other platforms', () => {
    const unproven = locked.filter(
      ([path, entry]) => path !== '' && isForThisPlatform(entry) && !entry.integrity?.startsWith('sha512-'),
    );
    expect(unproven.map(([path]) => path)).toEqual([]);
  });

  it('runs no scripts while it is installed', () => {
    expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true');
  });

  it('names no release that is known to be compromised', () => {
    const compromised = ['1.82.7', '1.82.8', '1.107.0'];
    const version = /version = '([\d.]+)'/.exec(read('bench/targets/litellm.ts'))?.[1];
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(compromised).not.toContain(version);
  });
});

describe('the gateway', () => {
  const rooms = ['activities', 'api', 'domain', 'platform', 'providers', 'workers', 'workflows'];
  const sources = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(room, name)),
  );
  const holding = (pattern: RegExp) => sources.filter((path) => pattern.test(read(path)));

  it('runs no text as code', () => {
    expect(holding(/\beval\(|\bnew Function\(|\bvm\.run|runInThisContext|runInNewContext/)).toEqual([]);
  });

  it('starts one program, its own, without a shell', () => {
    expect(holding(/child_process/)).toEqual(['platform/temporal/workflow-bundle.ts']);
    expect(holding(/\bexec\(|\bexecSync\(|shell: *true/).filter((path) => !/\.exec\(/.test(read(path)))).toEqual([]);
  });

  it('puts no value into the text of a statement', () => {
    expect(holding(/sql\.raw\(/)).toEqual([]);
  });
});
