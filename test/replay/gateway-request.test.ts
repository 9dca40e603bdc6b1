import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { createCipher } from '../../platform/encryption/cipher.ts';
import { createContentVault } from '../../platform/encryption/content-vault.ts';
import { loadKeyRing } from '../../platform/encryption/key-ring.ts';
import { createDataConverter, failureConverterPath } from '../../platform/temporal/data-converter.ts';
import { InMemoryDataKeys } from '../doubles/data-key-store.ts';
import { goldenDataKeys, goldenKeys, historyFolder } from './golden.ts';

const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
const goldenHistories = readdirSync(historyFolder).filter((name) => name.endsWith('.json'));

let bundle: { code: string };
let dataConverter: ReturnType<typeof createDataConverter>;
beforeAll(async () => {
  const logger = new DefaultLogger('ERROR', () => undefined);
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'OFF' } } });
  bundle = await bundleWorkflowCode({ workflowsPath, failureConverterPath, logger });
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-replay-'));
  const master = createCipher(await loadKeyRing({ dataDir, payloadKeys: goldenKeys }));
  const dataKeys = new InMemoryDataKeys();
  dataKeys.rows.push(...goldenDataKeys().map((key) => ({ ...key, destroyed: false })));
  const vault = createContentVault(master, dataKeys);
  dataConverter = createDataConverter({ vault, master });
});

async function replay(name: string, change: (json: string) => string = (json) => json) {
  const history = historyFromJSON(JSON.parse(change(readFileSync(join(historyFolder, name), 'utf8'))));
  await Worker.runReplayHistory({ workflowBundle: bundle, dataConverter }, history);
}

const otherStep = (json: string) => json.replaceAll('"callModel"', '"otherStep"');

describe('the request workflow of today', () => {
  it('has golden histories to replay', () => {
    expect(goldenHistories.length).toBeGreaterThanOrEqual(10);
  });

  it.each(goldenHistories)('replays %s', async (name) => {
    await expect(replay(name)).resolves.toBeUndefined();
  });

  it('would be caught taking another way than a golden history', async () => {
    await expect(replay('v0.1-failed-over.json', otherStep)).rejects.toThrow(/[Nn]ondeterminism/);
  });
});
