import type { GatewayErrorType } from '../../domain/errors.ts';

/** One try to tell the end of a request. */
export interface WebhookDelivery {
  webhookId: string;
  attemptedAt: Date;
  /** `refused`: the receiver wants no more of it, or it may not be called. */
  outcome: 'delivered' | 'failed' | 'refused';
  /** Of the receiver's answer, where there was one. */
  status?: number;
  /** Why there was none. */
  error?: GatewayErrorType;
  latencyMs: number;
}

export interface WebhookSecret {
  /** `whsec_` and base64. */
  secret: string;
  createdAt: Date;
  /** Set for one that a later one has replaced: it signs on until then. */
  expiresAt?: Date;
}

export interface WebhookStore {
  /** Keeps where the end of a request is to be told; the first word counts. */
  ask(requestId: string, url: string): Promise<void>;
  /** Undefined where the request asked for none. @throws GatewayError `content_erased`. */
  url(requestId: string): Promise<string | undefined>;
  /** Idempotent by `deliveryId`. */
  record(requestId: string, deliveryId: string, delivery: WebhookDelivery): Promise<void>;
  /** Oldest first. */
  deliveries(requestId: string): Promise<WebhookDelivery[]>;
  /** Those that sign now, newest first; one is made where there is none. */
  secrets(tenant: string): Promise<WebhookSecret[]>;
  /** Makes another secret; those before it sign on until `previousEndAt`. */
  rotateSecret(tenant: string, previousEndAt: Date): Promise<void>;
}
