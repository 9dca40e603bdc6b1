import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { SettingError } from './settings.mjs';

const DEFAULT_UI_PORT = 8233;
const UI_TO_GRPC = 1000;

/** Whether a port can be listened on. */
export async function isPortFree(port, host = '127.0.0.1') {
  return (await listenError(port, host)) === undefined;
}

/** The code of the error with which listening fails, such as `EADDRINUSE`; undefined when it does not fail. */
export function listenError(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** A port that the system says is free. */
function anyFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * The first free port of those wished for, else any free one.
 * @param {(number | undefined)[]} wishes
 * @param {Set<number>} taken ports already given away
 */
export async function choosePort(wishes, taken, isFree = isPortFree, anyFree = anyFreePort) {
  for (const port of wishes) {
    if (port !== undefined && port > 0 && port <= 65_535 && !taken.has(port) && (await isFree(port))) return port;
  }
  return anyFree();
}

/**
 * The ports of the children. They stay the same for a DATA_DIR from start to start, unless something else has taken them.
 * @param {{dataDir: string, temporalUiPort: number | undefined, port: number}} settings
 * @returns {Promise<{temporal: number, temporalUi: number, lightModel: number}>}
 *   throws SettingError when the UI port was demanded and is in use
 */
export async function choosePorts(settings) {
  const file = path.join(settings.dataDir, 'ports.json');
  const saved = readSaved(file);
  const taken = new Set([settings.port]);
  const give = async (...wishes) => {
    const port = await choosePort(wishes, taken);
    taken.add(port);
    return port;
  };
  const demanded = settings.temporalUiPort || undefined;
  if (demanded !== undefined && !(await isPortFree(demanded))) {
    throw new SettingError(`TEMPORAL_UI_PORT=${demanded} is in use. Set another one, or stop what listens there.`);
  }
  const temporalUi = await give(demanded, saved.temporalUi, DEFAULT_UI_PORT);
  const temporal = await give(saved.temporal, temporalUi - UI_TO_GRPC);
  const ports = { temporal, temporalUi, lightModel: await give(saved.lightModel) };
  mkdirSync(settings.dataDir, { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(ports)}\n`);
  renameSync(`${file}.new`, file);
  return ports;
}

function readSaved(file) {
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8'));
    return typeof saved === 'object' && saved !== null ? saved : {};
  } catch {
    return {};
  }
}
