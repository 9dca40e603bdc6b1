import type { FeedbackRow } from '../../domain/routing/adapt-quality.ts';
import type { PromptFeatures } from '../../domain/routing/prompt-vector.ts';

/** What an owner thought of an answer. */
export interface Feedback {
  requestId: string;
  /** Name of the model that answered, at its provider. */
  model: string;
  /** 0 to 1. */
  score: number;
  comment?: string;
  /** Of the prompt; absent where it is not known any more, so that nothing can be learned. */
  features?: PromptFeatures;
}

export interface FeedbackStore {
  /** Replaces what was said of the request before. */
  give(feedback: Feedback, givenAt: Date): Promise<void>;
  /** All that can be learned from, oldest first. What was erased is left out. */
  rows(): Promise<FeedbackRow[]>;
}
