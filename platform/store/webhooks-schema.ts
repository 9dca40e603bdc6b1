/** The tables of webhooks, as `schema.ts` has the others. */
export interface WebhooksSchema {
  webhooks: WebhooksTable;
  webhook_deliveries: WebhookDeliveriesTable;
  webhook_secrets: WebhookSecretsTable;
}

interface WebhooksTable {
  request_id: string;
  /** Sealed text. */
  url: Uint8Array;
}

interface WebhookDeliveriesTable {
  request_id: string;
  /** Workflow run and attempt: a step that is run again writes no second row. */
  delivery_id: string;
  webhook_id: string;
  attempted_at: number;
  outcome: 'delivered' | 'failed' | 'refused';
  /** Of the receiver's answer. */
  status: number | null;
  /** Type of the error where there was no answer. */
  error: string | null;
  latency_ms: number;
}

interface WebhookSecretsTable {
  tenant: string;
  version: number;
  /** Sealed text, `whsec_…`. */
  secret: Uint8Array;
  created_at: number;
  /** Set once a later one has taken its place. */
  expires_at: number | null;
}
