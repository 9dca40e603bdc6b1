import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npmCommand, run } from './command.mjs';
import { SetupError } from './setup-error.mjs';

const STAMP = 'node_modules/.holdfast-lock-hash';

/** Whether node_modules holds what package-lock.json says. */
export function dependenciesReady(repoDir) {
  const lockText = readFileSync(path.join(repoDir, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256').update(lockText).digest('hex');
  const stamp = path.join(repoDir, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true;
  // A developer's own `npm install` is as good as ours: npm leaves a record of what it has installed.
  const record = path.join(repoDir, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  if (!installedMatchesLock(JSON.parse(lockText), JSON.parse(readFileSync(record, 'utf8')))) return false;
  writeFileSync(stamp, hash);
  return true;
}

/** Whether npm's record of the installed packages has each package of the lock file, optional ones aside. */
export function installedMatchesLock(lock, record) {
  return Object.entries(lock.packages).every(([location, wanted]) => {
    if (location === '' || wanted.optional || wanted.devOptional || wanted.link) return true;
    const installed = record.packages[location];
    return installed?.version === wanted.version && installed.integrity === wanted.integrity;
  });
}

/** Installs exactly what package-lock.json says; no package's own scripts run. */
export async function installDependencies(repoDir, progress) {
  const lock = JSON.parse(readFileSync(path.join(repoDir, 'package-lock.json'), 'utf8'));
  const expected = Object.values(lock.packages).filter(isForThisMachine).length - 1;
  const step = progress.begin('dependencies', `${expected} packages from npm`);
  const [npm, ...first] = npmCommand();
  const install = (...args) => {
    let fetched = 0;
    return run(npm, [...first, ...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'http'], {
      cwd: repoDir,
      onLine: (line) => {
        if (/ http (fetch|cache) .*\.tgz/.test(line)) step.report(++fetched / expected);
      },
    });
  };
  try {
    await install('ci').catch((error) => {
      if (!isIncompleteLock(error.message)) throw error;
      // `npm ci` refuses a lock file without the optional packages of every other platform, which npm leaves out when
      // the registry did not have them. `npm install` takes the same locked versions and checksums.
      return install('install', '--no-save');
    });
    if (!dependenciesReady(repoDir)) throw new Error('node_modules does not match package-lock.json');
  } catch (cause) {
    step.fail('not installed');
    throw new SetupError(
      'The locked dependencies could not be installed.',
      [
        'check the connection to the npm registry (`npm ping`) and start again: what has arrived is kept',
        `or run \`npm ci --ignore-scripts\` yourself in ${repoDir}`,
      ],
      cause,
    );
  }
  step.done('installed');
}

/** Whether npm's message is its complaint that the lock file lacks packages. */
function isIncompleteLock(message) {
  return message.includes('EUSAGE') && message.includes('from lock file');
}

function isForThisMachine(entry) {
  return (!entry.os || entry.os.includes(process.platform)) && (!entry.cpu || entry.cpu.includes(process.arch));
}
