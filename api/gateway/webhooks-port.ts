import type { Principal } from '../../domain/principal.ts';
import type { WebhookDelivery, WebhookSecret } from '../../platform/store/webhooks-contract.ts';

/** Where the end of a request is told, and how that went. */
export interface Webhook {
  requestId: string;
  url: string;
  /** Oldest first. */
  deliveries: WebhookDelivery[];
}

/** Failures are `GatewayError`s; another tenant's request or secret is `not_found`, like one that does not exist. */
export interface WebhookPorts {
  webhooks: {
    /** Throws `not_found` also where the request asked for no webhook. */
    of(tenant: string, requestId: string): Promise<Webhook>;
    /** Delivers once more, under the same webhook id. Throws `conflict` for a request that has not ended. */
    replay(tenant: string, requestId: string): Promise<Webhook>;
    /** Those that sign now, newest first; one is made where there is none. */
    secrets(admin: Principal, tenant: string): Promise<WebhookSecret[]>;
    /** Makes another secret; those before it sign on for `overlapMs`. */
    rotateSecret(admin: Principal, tenant: string, overlapMs: number): Promise<WebhookSecret[]>;
  };
}
