import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { readConfigFile } from '../../../platform/config/config-file.ts';
import { readSettings } from '../../../platform/config/settings.ts';
import { TEMPORAL_DYNAMIC_CONFIG } from '../../../scripts/supervisor/temporal-args.mjs';

const path = (name: string) => new URL(`../../../${name}`, import.meta.url).pathname;

interface Compose {
  services: Record<string, { image: string; environment?: Record<string, string>; ports?: string[] }>;
}

/** As Compose fills in variables: `${NAME:?…}` and `${NAME:-}`. */
async function composeFile(): Promise<{ text: string; compose: Compose }> {
  const text = await readFile(path('docker-compose.yml'), 'utf8');
  const values: Record<string, string> = { PAYLOAD_KEYS: `k1:${Buffer.alloc(32).toString('base64')}` };
  const filled = text.replaceAll(/\$\{(\w+):[?-](?:[^{}]*)\}/g, (_, name: string) => values[name] ?? `a-${name}`);
  return { text, compose: parse(filled, { merge: true }) as Compose };
}

describe('docker-compose.yml', () => {
  it.each(['api', 'gateway'])('gives the %s process settings that it starts with', async (role) => {
    const { compose } = await composeFile();
    expect(readSettings(compose.services[role]?.environment ?? {})).toMatchObject({
      role,
      temporal: { address: 'temporal:7233', namespace: 'holdfast' },
      redisUrl: 'redis://redis:6379',
    });
  });

  it('pins every image to a version', async () => {
    const { compose } = await composeFile();
    for (const { image } of Object.values(compose.services)) expect(image).toMatch(/:\d+\.\d+/);
  });

  it('publishes ports on the loopback only', async () => {
    const { compose } = await composeFile();
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports).toHaveLength(2);
    for (const published of ports) expect(published).toMatch(/^127\.0\.0\.1:/);
  });

  it('holds no secret', async () => {
    const { text } = await composeFile();
    for (const [, name, value] of text.matchAll(/^\s+(\w*(?:PASSWORD|PWD|KEYS?)): (.+)$/gm)) {
      expect(`${name}: ${value}`).toMatch(/: \$\{\w+:[?-][^{}]*\}$/);
    }
  });
});

describe('deploy/temporal/dynamic-config.yaml', () => {
  it('tunes a cluster like the embedded server', async () => {
    const shipped = parse(await readFile(path('deploy/temporal/dynamic-config.yaml'), 'utf8')) as object;
    // Off in a cluster by itself.
    const { 'system.forceSearchAttributesCacheRefreshOnRead': _, ...embedded } = TEMPORAL_DYNAMIC_CONFIG;
    expect(Object.entries(shipped)).toEqual(Object.entries(embedded).map(([key, value]) => [key, [{ value }]]));
  });
});

describe('config/gateway.example.yaml', () => {
  it('is a valid configuration file without a warning', async () => {
    const config = await readConfigFile(path('config/gateway.example.yaml'), {});
    expect(config.warnings).toEqual([]);
    expect(config.aliases.get('auto')?.deployments).toEqual(['light', 'large', 'gemini']);
    expect(config.deployments.get('light')?.price?.inputUsdPerMTok).toBeGreaterThan(0);
    expect(config.deployments.get('large')?.price?.inputUsdPerMTok).toBeGreaterThan(0);
  });
});
