/** `npm start`: sets up what is missing, then serves until it is told to stop. */
import { readFileSync } from 'node:fs';
import { parseCommandLine, usage } from './supervisor/command-line.mjs';
import { EXIT_CONFIGURATION, readSettings, SettingError } from './supervisor/settings.mjs';
import { supervise } from './supervisor/supervisor.mjs';

const EXIT_USAGE = 64; // EX_USAGE of sysexits(3)

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const command = parseCommandLine(process.argv.slice(2));
if (command.kind === 'help') console.log(usage());
else if (command.kind === 'version') console.log(version);
else if (command.kind === 'unknown') {
  console.error(`unknown argument ${command.argument}\n\n${usage()}`);
  process.exitCode = EXIT_USAGE;
} else process.exitCode = await serve();

async function serve() {
  // A terminal that has gone away must not end the supervisor before its children.
  process.stdout.on('error', ignore);
  process.stderr.on('error', ignore);
  say(`Holdfast ${version}`);
  try {
    return await supervise(readSettings(process.env), process.env, say);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    console.error(error.message);
    return EXIT_CONFIGURATION;
  }
}

function say(line) {
  console.log(`[holdfast] ${line}`);
}

function ignore() {}
