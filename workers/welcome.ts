import type { GatewayConfig } from '../domain/gateway-config.ts';
import type { Settings } from '../platform/config/settings.ts';

/** Tells the person at the terminal what runs, what `auto` stands for, and what to paste next. */
export function welcome(started: {
  settings: Settings;
  config: GatewayConfig;
  url?: string;
  key?: string;
  generated?: boolean;
}): void {
  const { settings, config, url, key, generated } = started;
  const lines = ['', `Holdfast is ready (ROLE=${settings.role}).`, ...autoLines(config)];
  if (url !== undefined) {
    lines.push(`  API          ${url}/v1`);
    if (settings.temporal.uiUrl) lines.push(`  Temporal UI  ${url}/temporal`);
    if (generated) lines.push(`  API key      ${key}   (kept in DATA_DIR/keys/api-key; shown only this once)`);
    else if (settings.apiKey === undefined) lines.push('  API key      the one in DATA_DIR/keys/api-key');
    const shown = generated ? key : settings.apiKey === undefined ? '$(cat DATA_DIR/keys/api-key)' : '$API_KEY';
    lines.push(
      '',
      'Try it:',
      `  curl ${url}/v1/chat/completions -H "Authorization: Bearer ${shown?.replace('DATA_DIR', settings.dataDir)}" \\`,
      `    -H 'Content-Type: application/json' -d '{"model":"auto","messages":[{"role":"user","content":"Say hello."}]}'`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

function autoLines({ aliases, deployments }: GatewayConfig): string[] {
  const auto = aliases.get('auto');
  if (!auto) return ['  auto         (no such alias is configured)'];
  return auto.deployments.map((name, place) => {
    const deployment = deployments.get(name);
    const where = deployment ? `${deployment.model} at ${deployment.provider.name} (${deployment.provider.kind})` : '';
    return `  ${place === 0 ? 'auto        ' : '   then     '} ${name}: ${where}`;
  });
}
