import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { verifyIntegrity } from './checksum.mjs';
import { isExecutable, npmCommand, run } from './command.mjs';
import { withFolderProgress } from './folder-size.mjs';
import { SetupError } from './setup-error.mjs';

const NEEDED_MAJOR = 24;

/**
 * The Node that runs the TypeScript sources: the one that runs this script when it is new enough, else the cached one.
 * @returns {string | undefined} path of the binary; undefined when it must be installed first
 */
export function findNodeRuntime({ cacheDir, parts, platform }) {
  if (Number(process.versions.node.split('.', 1)[0]) >= NEEDED_MAJOR) return process.execPath;
  const build = parts.node.builds[platform];
  if (!build) return undefined;
  const binary = binaryPath(cacheDir, build);
  return isExecutable(binary) ? binary : undefined;
}

/** Installs the pinned Node into the cache from npm's package with the binary inside; returns the binary's path. */
export async function installNodeRuntime({ cacheDir, parts, platform, progress }) {
  const build = parts.node.builds[platform];
  const byHand = [`install Node ${NEEDED_MAJOR} or newer (https://nodejs.org) and start again with it`];
  if (!build)
    throw new SetupError(
      `This is Node ${process.versions.node}; Holdfast runs on Node ${NEEDED_MAJOR}, and no build of it is pinned for ${platform}.`,
      byHand,
    );

  const step = progress.begin('Node 24', `${build.package} from npm`);
  const staging = path.join(cacheDir, 'staging', 'node');
  const binary = binaryPath(cacheDir, build);
  try {
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true });
    const [npm, ...first] = npmCommand();
    const packArgs = [
      'pack',
      build.package,
      '--json',
      '--pack-destination',
      staging,
      '--cache',
      path.join(staging, 'npm'),
    ];
    const { stdout } = await withFolderProgress(
      { folder: staging, expectedBytes: build.sizeBytes, onFraction: step.report },
      () => run(npm, [...first, ...packArgs], { cwd: staging }),
    );
    const archive = path.join(staging, JSON.parse(stdout)[0].filename);
    await verifyIntegrity(archive, build.integrity);
    await run('tar', ['-xzf', archive, '-C', staging, 'package/bin/node']);
    const unpacked = path.join(staging, 'package', 'bin', 'node');
    const { stdout: version } = await run(unpacked, ['--version']);
    await mkdir(path.dirname(binary), { recursive: true });
    await rename(unpacked, binary);
    step.done(version.trim());
    return binary;
  } catch (cause) {
    step.fail('not installed');
    throw new SetupError(`Node ${NEEDED_MAJOR} could not be installed from npm.`, byHand, cause);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function binaryPath(cacheDir, build) {
  return path.join(cacheDir, 'node', build.package, 'bin', 'node');
}
