import type { ChatUsage } from '../domain/chat.ts';
import { costMicroUsd } from '../domain/cost.ts';
import type { Deployment } from '../domain/deployment.ts';
import type { GatewayConfig } from '../domain/gateway-config.ts';
import { type Balance, type PoolModel, type PromptOptions, referenceOptions } from '../domain/routing/balance.ts';
import type { RoutingDecision } from '../domain/routing/decision.ts';
import { createPacer, type Pacer, type RoutedCost } from '../domain/routing/pacing.ts';
import type { ReferencePrompt } from '../domain/routing/quality-model.ts';
import { qualityPrior } from '../domain/routing/quality-prior.ts';

/** How each alias of strategy `balanced` weighs now, following what this process is asked and what its answers cost. */
export interface Balances {
  of(alias: string): Balance;
  /** A prompt was only asked about. */
  asked(decision: RoutingDecision): void;
  /** The request goes where its alias' balance sends it: what it is expected to cost is remembered. */
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
  let pacers = pacersOf(balancedConfig, reference);
  const expected = new Map<string, { alias: string; best: Deployment; cost: RoutedCost }>();

  const pacerOf = (alias: string): Pacer => {
    if (config() !== balancedConfig) {
      balancedConfig = config();
      pacers = pacersOf(balancedConfig, reference);
    }
    const pacer = pacers.get(alias) ?? createPacer(referenceOptions(reference, poolOf(balancedConfig, alias)));
    pacers.set(alias, pacer);
    return pacer;
  };

  /** The best model's deployment, and what the first choice and it are expected to cost; none where it was excluded. */
  const expectation = ({ alias, ranked }: RoutingDecision): { best: Deployment; cost: RoutedCost } | undefined => {
    const { best: model } = pacerOf(alias).balance();
    const best = deploymentsOf(balancedConfig, alias).find((deployment) => deployment.model === model);
    const figures = ranked.find(({ deployment }) => deployment === best?.name);
    if (!best || !figures) return undefined;
    return { best, cost: { chosenMicroUsd: ranked[0]?.costMicroUsd ?? 0, bestMicroUsd: figures.costMicroUsd } };
  };

  return {
    of: (alias) => pacerOf(alias).balance(),
    asked(decision) {
      const found = expectation(decision);
      if (found) pacerOf(decision.alias).asked(optionsOf(decision, found.cost), found.cost.chosenMicroUsd);
    },
    expect(requestId, decision) {
      const found = expectation(decision);
      if (!found) return;
      pacerOf(decision.alias).sent(optionsOf(decision, found.cost), found.cost.chosenMicroUsd);
      const [oldest] = expected.size >= maxExpected ? expected.keys() : [];
      if (oldest !== undefined) expected.delete(oldest);
      expected.set(requestId, { alias: decision.alias, ...found });
    },
    learn(requestId, usage, chosenMicroUsd) {
      const found = expected.get(requestId);
      if (!found) return;
      expected.delete(requestId);
      const { alias, best, cost } = found;
      pacerOf(alias).answered(cost, { chosenMicroUsd, bestMicroUsd: costMicroUsd(usage, best.price ?? free) });
    },
  };
}

/** What a prompt's ways to be answered cost and are worth, as they were ranked. */
function optionsOf({ ranked }: RoutingDecision, { bestMicroUsd }: RoutedCost): PromptOptions {
  return {
    options: ranked.map(({ quality, costMicroUsd: cost }) => ({ quality, costMicroUsd: cost })),
    bestMicroUsd,
  };
}

/** At the start, so that no request waits for it. */
function pacersOf(config: GatewayConfig, reference: readonly ReferencePrompt[]): Map<string, Pacer> {
  const balanced = [...config.aliases.values()].filter(({ strategy }) => strategy === 'balanced');
  return new Map(balanced.map(({ name }) => [name, createPacer(referenceOptions(reference, poolOf(config, name)))]));
}

function deploymentsOf(config: GatewayConfig, alias: string): Deployment[] {
  return (config.aliases.get(alias)?.deployments ?? [alias]).flatMap((name) => config.deployments.get(name) ?? []);
}

function poolOf(config: GatewayConfig, alias: string): PoolModel[] {
  return deploymentsOf(config, alias).map((deployment) => ({
    model: deployment.model,
    prior: deployment.quality ?? qualityPrior(deployment),
    isRated: deployment.quality !== undefined,
    price: deployment.price ?? free,
  }));
}
