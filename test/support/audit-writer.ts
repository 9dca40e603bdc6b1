/**
 * A process of its own that settles requests and places their records, as a gateway does:
 * `DATA_DIR DATABASE_URL FROM TO`. Prints the number of each request whose record is written.
 */
import { AuditLog } from '../../platform/audit/audit-log.ts';
import { openAuditSigner } from '../../platform/audit/signing-key.ts';
import { createCipher } from '../../platform/encryption/cipher.ts';
import { loadKeyRing } from '../../platform/encryption/key-ring.ts';
import { openStore } from '../../platform/store/open-store.ts';

const [dataDir = '', databaseUrl = '', from = '0', to = '0'] = process.argv.slice(2);
const cipher = createCipher(await loadKeyRing({ dataDir }));
const store = await openStore({ dataDir, databaseUrl, cipher });
const log = new AuditLog(store.audit, await openAuditSigner(store.audit, cipher, undefined));

const written = new AbortController();
const placing = (async () => {
  while (!written.signal.aborted) {
    await log.placeWaiting();
    await new Promise((resolve) => setImmediate(resolve));
  }
})();

for (let number = Number(from); number < Number(to); number++) {
  await store.audit.append({
    type: 'request',
    request_id: `req_${number}`,
    run_id: 'run-1',
    tenant: 'default',
    deployment: 'light',
    outcome: 'completed',
    error_type: null,
    finished_at: new Date().toISOString(),
  });
  process.stdout.write(`${number}\n`);
}
written.abort();
await placing;
await store.close();
