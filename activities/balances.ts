import type { ChatUsage } from '../domain/chat.ts';
import { costMicroUsd } from '../domain/cost.ts';
import type { Deployment } from '../domain/deployment.ts';
import type { GatewayConfig } from '../domain/gateway-config.ts';
import { type Balance, balanceFor } from '../domain/routing/balance.ts';
import type { RoutingDecision } from '../domain/routing/decision.ts';
import { paced } from '../domain/routing/pacing.ts';
import type { ReferencePrompt } from '../domain/routing/quality-model.ts';
import { qualityPrior } from '../domain/routing/quality-prior.ts';

/** How each alias of strategy `balanced` weighs now, learning from the requests that this process answers. */
export interface Balances {
  of(alias: string): Balance;
  /** A request was routed by its alias' balance; what the best model was expected to cost is remembered. */
  expect(requestId: string, decision: RoutingDecision): void;
  /** It was answered at this cost. Does nothing for a request that was not expected. */
  learn(requestId: string, usage: ChatUsage, chosenMicroUsd: number): void;
}

/** Requests remembered at most; whoever is forgotten teaches nothing. */
const maxExpected = 10_000;
/** An unknown price counts as none, as in `rank`. */
const free = { inputUsdPerMTok: 0, outputUsdPerMTok: 0 };

export function createBalances(config: () => GatewayConfig, reference: readonly ReferencePrompt[]): Balances {
  let balancedConfig = config();
  let balances = balancesOf(balancedConfig, reference);
  const expected = new Map<string, { alias: string; best: Deployment; expectedBestMicroUsd: number }>();

  const current = (alias: string): Balance => {
    if (config() !== balancedConfig) {
      balancedConfig = config();
      balances = balancesOf(balancedConfig, reference);
    }
    const balance = balances.get(alias) ?? balanceFor(reference, poolOf(balancedConfig, alias));
    balances.set(alias, balance);
    return balance;
  };

  return {
    of: current,
    expect(requestId, { alias, ranked }) {
      const { best: model } = current(alias);
      const best = deploymentsOf(balancedConfig, alias).find((deployment) => deployment.model === model);
      const figures = ranked.find(({ deployment }) => deployment === best?.name);
      if (!best || !figures) return;
      const [oldest] = expected.size >= maxExpected ? expected.keys() : [];
      if (oldest !== undefined) expected.delete(oldest);
      expected.set(requestId, { alias, best, expectedBestMicroUsd: figures.costMicroUsd });
    },
    learn(requestId, usage, chosenMicroUsd) {
      const expectation = expected.get(requestId);
      if (!expectation) return;
      expected.delete(requestId);
      const { alias, best, expectedBestMicroUsd } = expectation;
      const bestMicroUsd = costMicroUsd(usage, best.price ?? free);
      balances.set(alias, paced(current(alias), { chosenMicroUsd, bestMicroUsd, expectedBestMicroUsd }));
    },
  };
}

/** At the start, so that no request waits for it. */
function balancesOf(config: GatewayConfig, reference: readonly ReferencePrompt[]): Map<string, Balance> {
  const balanced = [...config.aliases.values()].filter(({ strategy }) => strategy === 'balanced');
  return new Map(balanced.map(({ name }) => [name, balanceFor(reference, poolOf(config, name))]));
}

function deploymentsOf(config: GatewayConfig, alias: string): Deployment[] {
  return (config.aliases.get(alias)?.deployments ?? [alias]).flatMap((name) => config.deployments.get(name) ?? []);
}

function poolOf(config: GatewayConfig, alias: string) {
  return deploymentsOf(config, alias).map((deployment) => ({
    model: deployment.model,
    prior: qualityPrior(deployment),
    price: deployment.price ?? free,
  }));
}
