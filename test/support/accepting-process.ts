/** A process of its own that starts as the gateway does and accepts one request: `DATA_DIR REQUEST_ID`. */
import { createCipher } from '../../platform/encryption/cipher.ts';
import { loadKeyRing } from '../../platform/encryption/key-ring.ts';
import { openStore } from '../../platform/store/open-store.ts';

const [dataDir = '', id = ''] = process.argv.slice(2);
const cipher = createCipher(await loadKeyRing({ dataDir }));
const store = await openStore({ dataDir, cipher });
const { created } = await store.requests.accept({
  id,
  tenant: 'clinic',
  principal: 'key_1',
  modality: 'chat',
  alias: 'auto',
  stream: false,
  bodyHash: 'a'.repeat(64),
  origin: { ip: '127.0.0.1', policy: 'default', body: '{}' },
  createdAt: new Date(),
});
await store.close();
process.stdout.write(created ? 'created' : 'joined');
