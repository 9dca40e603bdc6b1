import type { ChatUsage } from '../../domain/chat.ts';

/** An answer that may be given again. */
export interface KeptAnswer {
  /** JSON text of the completion. */
  answer: string;
  usage?: ChatUsage;
  deployment: string;
  /** The words that asked for it, where others are compared with them. */
  question?: string;
}

/** One question of one tenant. Keys are made with a secret of the tenant: nothing can be guessed from them. */
export interface KeptQuestion {
  tenant: string;
  key: string;
  /** Shared by questions that may mean the same. */
  coreKey?: string;
}

/** `mine`: the caller's request answers it, and the others wait. `answering`: another request does. */
export type Claim = { kind: 'mine' } | { kind: 'answering' } | { kind: 'kept'; kept: KeptAnswer };

export interface KeptAnswerStore {
  /** Finds the kept answer or takes the question. The same request may claim again after a crash. */
  claim(question: KeptQuestion, requestId: string, claimedUntil: Date): Promise<Claim>;
  /** Answers to other questions of the same core that have not expired, newest first, at most `limit`. */
  near(question: KeptQuestion, limit: number): Promise<KeptAnswer[]>;
  /** Keeps what the request answered to the question it claimed. Does nothing where the claim is gone. */
  keep(question: KeptQuestion, requestId: string, kept: KeptAnswer, expiresAt: Date): Promise<void>;
  /** The request did not answer: whoever waits may ask. */
  release(question: KeptQuestion, requestId: string): Promise<void>;
}
