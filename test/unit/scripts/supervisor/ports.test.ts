import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listen } from '../listen.ts';
import { choosePort, choosePorts, isPortFree } from '../../../../scripts/supervisor/ports.mjs';

let dataDir: string;
let busy: Server;
let busyPort: number;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'ports-'));
  busy = createServer();
  busyPort = await listen(busy);
});
afterEach(async () => {
  rmSync(dataDir, { recursive: true, force: true });
  await new Promise((resolve) => busy.close(resolve));
});

const free = (ports: number[]) => async (port: number) => ports.includes(port);
const anyFree = async () => 40_000;

describe('the choice of a port', () => {
  it('takes the first wish that is free and not given away', async () => {
    expect(await choosePort([undefined, 1, 2, 3], new Set([2]), free([2, 3]), anyFree)).toBe(3);
  });

  it('takes any free port when no wish can be had', async () => {
    expect(await choosePort([1, -767, 0], new Set(), free([-767, 0]), anyFree)).toBe(40_000);
  });

  it('sees that a port is in use', async () => {
    expect(await isPortFree(busyPort)).toBe(false);
  });
});

describe('the ports of the children', () => {
  it('stay the same from start to start', async () => {
    const first = await choosePorts({ dataDir, temporalUiPort: undefined, port: 8080 });
    expect(new Set(Object.values(first)).size).toBe(3);
    expect(await choosePorts({ dataDir, temporalUiPort: undefined, port: 8080 })).toEqual(first);
  });

  it('are not those of the gateway itself', async () => {
    const { temporalUi } = await choosePorts({ dataDir, temporalUiPort: undefined, port: 8080 });
    const again = await choosePorts({ dataDir, temporalUiPort: undefined, port: temporalUi });
    expect(again.temporalUi).not.toBe(temporalUi);
  });

  it('are refused by name when the demanded page port is in use', async () => {
    const settings = { dataDir, temporalUiPort: busyPort, port: 8080 };
    await expect(choosePorts(settings)).rejects.toThrow(`TEMPORAL_UI_PORT=${busyPort} is in use`);
  });
});
