import type { ChatCompletionRequest, ChatUsage } from '../domain/chat.ts';
import type { Deployment } from '../domain/deployment.ts';
import type { AnswerText } from '../domain/privacy/answer/answer-text.ts';
import type { CallClock } from './call-clock.ts';
import type { CallModelInput } from './contracts.ts';

/** One call of one deployment, under way. */
export interface AttemptCall {
  input: CallModelInput;
  deployment: Deployment;
  body: ChatCompletionRequest;
  clock: CallClock;
  /** How the answer is shown to the caller; as it comes where absent. */
  shown?: AnswerText | undefined;
  /** Ends the call: its clock's, or that another process has taken the attempt over. */
  signal: AbortSignal;
  /** Trace context the provider gets. */
  traceHeaders?: Record<string, string>;
}

/** A streamed answer as far as it came; filled while it comes, so that a cut one can be billed for what it was. */
export interface StreamedAnswer {
  /** Text this attempt produced, delivered or not. */
  ownText: string;
  usage?: ChatUsage;
  firstTokenAtMs?: number;
}
