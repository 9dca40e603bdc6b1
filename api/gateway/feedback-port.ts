/** What an owner thinks of an answer. */
interface GivenFeedback {
  /** 0 to 1. */
  score: number;
  comment?: string;
}

export interface FeedbackPort {
  /** The last word counts. @throws GatewayError `not_found`, or `conflict` where the request has no answer. */
  giveFeedback(tenant: string, requestId: string, feedback: GivenFeedback): Promise<void>;
}
