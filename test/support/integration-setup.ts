import type { TemporalServer } from './temporal-server.ts';

declare global {
  var holdfastTestTemporal: TemporalServer | undefined;
}

/** One Temporal server for all integration tests; each test file has a namespace of its own. */
export default async function setup(): Promise<void> {
  if (process.env.TEST_TEMPORAL_ADDRESS) return;
  const { startTemporalServer } = await import('./temporal-server.ts');
  globalThis.holdfastTestTemporal = await startTemporalServer();
  process.env.TEST_TEMPORAL_ADDRESS = globalThis.holdfastTestTemporal.address;
  process.env.TEST_TEMPORAL_UI_URL = globalThis.holdfastTestTemporal.uiUrl;
}
