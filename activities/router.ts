import type { ChatCompletionRequest, ChatUsage } from '../domain/chat.ts';
import type { Deployment } from '../domain/deployment.ts';
import { cascadePlan } from '../domain/cascade/plan.ts';
import type { CascadePolicy, GatewayConfig } from '../domain/gateway-config.ts';
import { type RouteQuestion, routeScope } from '../domain/route.ts';
import { type Candidate, untried } from '../domain/routing/candidate.ts';
import { lastResorts, noDeployment, type RoutingDecision } from '../domain/routing/decision.ts';
import {
  predictedQuality,
  type QualityModel,
  type QualityPrediction,
  qualityModelVersion,
  qualityPredictor,
} from '../domain/routing/quality-model.ts';
import { qualityPrior } from '../domain/routing/quality-prior.ts';
import { predictLatencyMs, type Preferences, rank, type Strategy, type Weights } from '../domain/routing/rank.ts';
import { requestFeatures, routedPrompt } from '../domain/routing/request-features.ts';
import { type Balances, createBalances } from './balances.ts';
import type { LiveStats } from './live-stats.ts';

/** A request that is to be routed. */
interface RoutedRequest extends RouteQuestion {
  body: ChatCompletionRequest;
  /** What it may cost at most. */
  maxCostMicroUsd?: number;
  /** It holds data that its policies keep inside. */
  keptInside?: boolean;
  /** The caller's own weights; what is left out weighs nothing. */
  qos?: Partial<Weights>;
}

/** Decides, from the configuration in force and what this process has seen, which deployments a request tries. */
export interface Router {
  /**
   * Ranks without calling anything; `order` is empty where no deployment may take the request.
   * @throws GatewayError as `routeScope` does.
   */
  explain(request: RoutedRequest): RoutingDecision;
  /**
   * As `explain`, for a request that goes there now. The prompt is not judged where the order is the operator's.
   * @throws GatewayError as `routeScope` does, and `no_deployment`, or `cost_cap_reached` where only the cap stands in
   *   the way.
   */
  decide(requestId: string, request: RoutedRequest): RoutingDecision;
  /** Of the quality model: how features of prompts are counted. */
  hashBits: number;
  /** The request was answered with this usage: the weights of its alias learn from it. */
  answered(requestId: string, usage: ChatUsage, costMicroUsd: number): void;
}

export interface RouterParts {
  config: () => GatewayConfig;
  live: LiveStats;
  qualityModel: QualityModel;
  /** Milliseconds since the epoch; the system's clock where absent. */
  now?: () => number;
}

/** Of a usual answer by a usual deployment: the unit of latency where the gateway weighs. */
const referenceLatencyMs = predictLatencyMs(untried, 300);
/** Where the operator's order or the caller's one aim decides, weights only break ties. */
const tieWeights: Weights = { quality: 1, cost: 1, latency: 1 };

export function createRouter({ config, live, qualityModel, now = Date.now }: RouterParts): Router {
  const predict = qualityPredictor(qualityModel);
  const version = qualityModelVersion(qualityModel);
  const balances = createBalances(config, qualityModel.reference);

  const decision = (request: RoutedRequest, judgePrompt: boolean): RoutingDecision => {
    const { deployments, strategy: chosen, localOnly, cascade, hedge } = routeScope(config(), request);
    const strategy = chosen ?? (request.qos ? 'balanced' : 'ordered');
    const prediction = judgePrompt || strategy !== 'ordered' ? predict(routedPrompt(request.body)) : undefined;
    const features = withPrediction(requestFeatures(request.body), prediction);
    const candidates = deployments.map((deployment) => toCandidate(deployment, prediction, live));
    const preferences = preferencesFor(strategy, request, balances);
    const nowMs = now();
    const inside = localOnly || request.keptInside === true;
    const { maxCostMicroUsd: remainingMicroUsd } = request;
    const constraints = { localOnly: inside, ...(remainingMicroUsd !== undefined && { remainingMicroUsd }) };
    const ranking = rank({ features, constraints }, candidates, preferences, nowMs);
    const plan = cascade && cascadePlan(withJudgeInside(cascade, config(), inside), ranking.ranked, modelIn(config()));
    return {
      ...ranking,
      ...(plan && { cascade: plan }),
      ...(prediction && { qualityModel: version }),
      ...(hedge && { hedge: { ...hedge, deployments: ranking.ranked.map(({ deployment }) => deployment) } }),
      alias: request.alias,
      weights: preferences.weights,
      order: [
        ...ranking.ranked.map(({ deployment }) => deployment),
        ...lastResorts(ranking.excluded, candidates, features, nowMs),
      ],
    };
  };

  return {
    hashBits: qualityModel.hashBits,
    explain(request) {
      const decided = decision(request, true);
      if (decided.strategy === 'balanced' && !request.qos) balances.asked(decided);
      return decided;
    },
    decide(requestId, request) {
      const decided = decision(request, false);
      if (decided.order.length === 0) throw noDeployment(decided);
      live.routed(decided);
      if (decided.strategy === 'balanced' && !request.qos) balances.expect(requestId, decided);
      return decided;
    },
    answered: (requestId, usage, costMicroUsd) => balances.learn(requestId, usage, costMicroUsd),
  };
}

function modelIn({ deployments }: GatewayConfig): (deployment: string) => string {
  return (name) => deployments.get(name)?.model ?? name;
}

/** What must stay inside is judged inside: by a local judge, or by the checks alone. */
function withJudgeInside(policy: CascadePolicy, { deployments }: GatewayConfig, localOnly: boolean): CascadePolicy {
  const { judge, ...rest } = policy.verifier;
  const inside = judge !== undefined && deployments.get(judge.deployment)?.provider.local === true;
  return localOnly && !inside ? { ...policy, verifier: rest } : policy;
}

function preferencesFor(strategy: Strategy, request: RoutedRequest, balances: Balances): Preferences {
  if (request.qos) return { strategy, weights: { quality: 0, cost: 0, latency: 0, ...request.qos } };
  if (strategy !== 'balanced') return { strategy, weights: tieWeights };
  const { weights, referenceCostMicroUsd: costMicroUsd } = balances.of(request.alias);
  return { strategy, weights, reference: { costMicroUsd, latencyMs: referenceLatencyMs } };
}

function withPrediction(features: ReturnType<typeof requestFeatures>, prediction: QualityPrediction | undefined) {
  if (!prediction) return features;
  return { ...features, outputTokens: Math.min(prediction.outputTokens, features.maxOutputTokens ?? Infinity) };
}

function toCandidate(deployment: Deployment, prediction: QualityPrediction | undefined, live: LiveStats): Candidate {
  const { name, model, provider, modalities, capabilities, contextTokens, maxOutputTokens, price, limits } = deployment;
  const prior = deployment.quality ?? qualityPrior(deployment);
  const known = deployment.quality === undefined ? prediction?.known : undefined;
  return {
    name,
    modalities,
    ...(capabilities && { capabilities }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(price && { price }),
    limits,
    local: provider.local,
    quality: prediction ? predictedQuality({ ease: prediction.ease, known: known ?? {} }, model, prior) : prior,
    live: live.of(name),
  };
}
