import {
  type Balance,
  balanceWith,
  costWeightsFor,
  firstBalance,
  type PromptOptions,
  type ReferenceOptions,
  targetShare,
} from './balance.ts';

/** A request as it was routed, or as it was answered, in micro-USD. */
export interface RoutedCost {
  chosenMicroUsd: number;
  /** What it costs on the balance's best model. */
  bestMicroUsd: number;
}

/**
 * Keeps `balanced` at its share of always-best's cost on the traffic there is, however unlike the reference prompts:
 * the weight of cost is solved anew on the latest prompts, as they were predicted, so that the threshold follows what
 * is asked; and what was spent too much or too little, first as expected and then as billed, is made good by aiming
 * lower or higher. Needs no ratings. The weight is the budget's Lagrange multiplier on a sliding window (Everett 1963),
 * steered as Agarwal et al. 2014 ("Budget pacing for targeted online advertisements at LinkedIn") pace a budget.
 */
export interface Pacer {
  balance(): Balance;
  /** A request goes where it was routed; costs are as predicted. */
  sent(prompt: PromptOptions, chosenMicroUsd: number): void;
  /** A prompt was only asked about. It counts while few requests were sent, so that nobody can move others' requests by asking. */
  asked(prompt: PromptOptions, chosenMicroUsd: number): void;
  /** It was answered: what it cost takes the place of what was expected. */
  answered(expected: RoutedCost, billed: RoutedCost): void;
}

/** Options that are looked at in one solution, at most: 512 prompts of a small pool, fewer of a large one. */
const windowOptions = 6_000;
const windowPrompts = { least: 48, most: 512 };
/** Reference prompts stand in until there is traffic; few, so that they are outvoted soon. */
const firstPrompts = 40;
/** Prompts between two solutions. */
const solveEvery = 4;
/** Points by which the aim falls for a point that was spent too much. */
const steering = 4;
/** Part of the account that is forgotten with each request: it reaches back over about a thousand. */
const forgotten = 0.001;
/** Even after overspending, those that gain most get the good model: the aim falls no lower. */
const leastAim = 0.1;
/** One giant request must not shut the good model out for all that follow: it counts as so many usual ones. */
const giant = 10;
/** From so many requests on, prompts that are only asked about no longer count. */
const enoughSent = 50;
/** The account begins as if so many usual requests had been on target. */
const openingRequests = 10;

export function createPacer(reference: ReferenceOptions): Pacer {
  let balance = firstBalance(reference);
  const { targetShare: aimedShare, referenceCostMicroUsd } = balance;
  let window = everyNth(reference.prompts, firstPrompts).map((prompt) => ({ prompt, isSent: false }));
  const opening = (): RoutedCost => ({
    bestMicroUsd: openingRequests * referenceCostMicroUsd,
    chosenMicroUsd: openingRequests * aimedShare * referenceCostMicroUsd,
  });
  /** Of requests, and of all that was routed, as billed where that is known; of answered ones, as expected and as billed. */
  const accounts = { sent: opening(), routed: opening(), expected: opening(), billed: opening() };
  let routedCount = openingRequests;
  let sentCount = 0;
  let sinceSolved = 0;

  /** The part of a request that counts. */
  const partOf = (micro: number): number =>
    Math.min(
      1,
      (giant * Math.max(referenceCostMicroUsd, accounts.routed.bestMicroUsd / routedCount)) / Math.max(micro, 1e-9),
    );
  const bounded = ({ chosenMicroUsd, bestMicroUsd }: RoutedCost): RoutedCost => {
    const part = partOf(Math.max(chosenMicroUsd, bestMicroUsd));
    return { chosenMicroUsd: chosenMicroUsd * part, bestMicroUsd: bestMicroUsd * part };
  };

  const solve = (): void => {
    const spentShare = share(sentCount < enoughSent ? accounts.routed : accounts.sent);
    const aimed = aimedShare - steering * (spentShare - aimedShare);
    // Where answers cost another share than was predicted, the prediction is aimed at what will cost the right one.
    const aim = Math.min(
      1,
      Math.max(leastAim, (aimed * share(accounts.expected)) / Math.max(1e-9, share(accounts.billed))),
    );
    const weights = costWeightsFor(
      window.map(({ prompt }) => prompt),
      referenceCostMicroUsd,
      aim,
    );
    // Prompts that are all alike would all go one way; what was not spent lets some of them go the other.
    balance = balanceWith(balance, spentShare < aimedShare ? weights.exceeds : weights.keeps);
    sinceSolved = 0;
  };

  const take = (prompt: PromptOptions, chosen: number, isSent: boolean): void => {
    window.push({ prompt: scaled(prompt, partOf(prompt.bestMicroUsd)), isSent });
    const size = Math.floor(windowOptions / Math.max(1, prompt.options.length));
    while (window.length > Math.min(windowPrompts.most, Math.max(windowPrompts.least, size))) window.shift();
    enter(accounts.routed, bounded({ chosenMicroUsd: chosen, bestMicroUsd: prompt.bestMicroUsd }));
    routedCount = routedCount * (1 - forgotten) + 1;
    sinceSolved += 1;
  };

  return {
    balance() {
      if (sinceSolved >= solveEvery) solve();
      return balance;
    },
    sent(prompt, chosen) {
      enter(accounts.sent, bounded({ chosenMicroUsd: chosen, bestMicroUsd: prompt.bestMicroUsd }));
      take(prompt, chosen, true);
      sentCount += 1;
      if (sentCount === enoughSent) window = window.filter(({ isSent }) => isSent);
    },
    asked(prompt, chosen) {
      if (sentCount < enoughSent) take(prompt, chosen, false);
    },
    answered(asExpected, asBilled) {
      const [expected, billed] = [bounded(asExpected), bounded(asBilled)];
      for (const account of [accounts.sent, accounts.routed]) {
        account.bestMicroUsd = Math.max(0, account.bestMicroUsd + billed.bestMicroUsd - expected.bestMicroUsd);
        account.chosenMicroUsd = Math.max(0, account.chosenMicroUsd + billed.chosenMicroUsd - expected.chosenMicroUsd);
      }
      enter(accounts.expected, expected);
      enter(accounts.billed, billed);
    },
  };
}

function enter(account: RoutedCost, entry: RoutedCost): void {
  account.bestMicroUsd = account.bestMicroUsd * (1 - forgotten) + entry.bestMicroUsd;
  account.chosenMicroUsd = account.chosenMicroUsd * (1 - forgotten) + entry.chosenMicroUsd;
}

function scaled({ options, bestMicroUsd }: PromptOptions, part: number): PromptOptions {
  if (part === 1) return { options, bestMicroUsd };
  return {
    options: options.map(({ quality, costMicroUsd }) => ({ quality, costMicroUsd: costMicroUsd * part })),
    bestMicroUsd: bestMicroUsd * part,
  };
}

function share({ chosenMicroUsd, bestMicroUsd }: RoutedCost): number {
  return bestMicroUsd > 0 ? chosenMicroUsd / bestMicroUsd : targetShare;
}

function everyNth<T>(items: readonly T[], most: number): T[] {
  const size = Math.min(items.length, most);
  return Array.from({ length: size }, (_, index) => items[Math.floor((index * items.length) / size)]!);
}
