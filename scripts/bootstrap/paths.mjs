import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this script belongs to. */
export const REPO_DIR = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Where downloaded parts are kept between starts: HOLDFAST_CACHE, else the user's cache folder. */
export function cacheDir(env = process.env) {
  if (env.HOLDFAST_CACHE) return path.resolve(env.HOLDFAST_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(env.HOME || homedir(), '.cache'), 'holdfast');
}

/** Everything of this gateway that must survive (DATA_DIR, default `data` in the checkout). */
export function dataDir(env = process.env) {
  return path.resolve(REPO_DIR, env.DATA_DIR || 'data');
}

/** Model files (MODELS_DIR, default `models` in the data folder). */
export function modelsDir(env = process.env) {
  return env.MODELS_DIR ? path.resolve(REPO_DIR, env.MODELS_DIR) : path.join(dataDir(env), 'models');
}
