import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { GatewayError, isGatewayErrorType } from '../../domain/errors.ts';
import type { Guard } from './guard.ts';
import type { Schema } from './schema.ts';
import type { SealedColumns } from './sealed-columns.ts';
import type { WebhookDelivery, WebhookSecret, WebhookStore } from './webhooks-contract.ts';

/** Standard Webhooks asks for 24 to 64. */
const secretSizeBytes = 32;

export class SqlWebhookStore implements WebhookStore {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;
  readonly #columns: SealedColumns;

  constructor(db: Kysely<Schema>, guard: Guard, columns: SealedColumns) {
    this.#db = db;
    this.#guard = guard;
    this.#columns = columns;
  }

  async ask(requestId: string, url: string): Promise<void> {
    const sealed = await this.#columns.sealText({ requestId }, url, urlPlace(requestId));
    await this.#guard(() =>
      this.#db
        .insertInto('webhooks')
        .values({ request_id: requestId, url: sealed })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async url(requestId: string): Promise<string | undefined> {
    const row = await this.#guard(() =>
      this.#db.selectFrom('webhooks').select('url').where('request_id', '=', requestId).executeTakeFirst(),
    );
    return row && this.#columns.openText(row.url, urlPlace(requestId));
  }

  async record(requestId: string, deliveryId: string, delivery: WebhookDelivery): Promise<void> {
    await this.#guard(() =>
      this.#db
        .insertInto('webhook_deliveries')
        .values({
          request_id: requestId,
          delivery_id: deliveryId,
          webhook_id: delivery.webhookId,
          attempted_at: delivery.attemptedAt.getTime(),
          outcome: delivery.outcome,
          status: delivery.status ?? null,
          error: delivery.error ?? null,
          latency_ms: delivery.latencyMs,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async deliveries(requestId: string): Promise<WebhookDelivery[]> {
    const rows = await this.#guard(() =>
      this.#db
        .selectFrom('webhook_deliveries')
        .selectAll()
        .where('request_id', '=', requestId)
        .orderBy('attempted_at')
        .orderBy('delivery_id')
        .execute(),
    );
    return rows.map(({ webhook_id: webhookId, attempted_at: at, outcome, status, error, latency_ms: latencyMs }) => ({
      webhookId,
      attemptedAt: new Date(at),
      outcome,
      ...(status !== null && { status }),
      ...(isGatewayErrorType(error) && { error }),
      latencyMs,
    }));
  }

  async secrets(tenant: string): Promise<WebhookSecret[]> {
    for (;;) {
      // Before the look: one that another process adds after it takes the version that is tried for here.
      const last = await this.#lastVersion(tenant);
      const known = await this.#readSecrets(tenant);
      if (known.length > 0) return known;
      await this.#addSecret(tenant, last + 1);
    }
  }

  async rotateSecret(tenant: string, previousEndAt: Date): Promise<void> {
    let version = (await this.#lastVersion(tenant)) + 1;
    while (!(await this.#addSecret(tenant, version))) version = (await this.#lastVersion(tenant)) + 1;
    const added = version;
    await this.#guard(() =>
      this.#db
        .updateTable('webhook_secrets')
        .set({ expires_at: previousEndAt.getTime() })
        .where('tenant', '=', tenant)
        .where('version', '<', added)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', previousEndAt.getTime())]))
        .execute(),
    );
  }

  /** Those whose tenant was erased are as good as never made. */
  async #readSecrets(tenant: string): Promise<WebhookSecret[]> {
    const rows = await this.#guard(() =>
      this.#db
        .selectFrom('webhook_secrets')
        .selectAll()
        .where('tenant', '=', tenant)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', Date.now())]))
        .orderBy('version', 'desc')
        .execute(),
    );
    const secrets = await Promise.all(
      rows.map(async ({ version, secret, created_at: createdAt, expires_at: expiresAt }) => {
        const opened = await this.#openSecret(secret, secretPlace(tenant, version));
        return opened === undefined
          ? []
          : [
              {
                secret: opened,
                createdAt: new Date(createdAt),
                ...(expiresAt !== null && { expiresAt: new Date(expiresAt) }),
              },
            ];
      }),
    );
    return secrets.flat();
  }

  async #openSecret(sealed: Uint8Array, place: string): Promise<string | undefined> {
    try {
      return await this.#columns.openText(sealed, place);
    } catch (error) {
      if (error instanceof GatewayError && error.type === 'content_erased') return undefined;
      throw error;
    }
  }

  async #lastVersion(tenant: string): Promise<number> {
    const { last } = await this.#guard(() =>
      this.#db
        .selectFrom('webhook_secrets')
        .select((eb) => eb.fn.max('version').as('last'))
        .where('tenant', '=', tenant)
        .executeTakeFirstOrThrow(),
    );
    return last ?? 0;
  }

  /** False where another process was faster. */
  async #addSecret(tenant: string, version: number): Promise<boolean> {
    const text = `whsec_${randomBytes(secretSizeBytes).toString('base64')}`;
    const secret = await this.#columns.sealText({ tenant }, text, secretPlace(tenant, version));
    const { numInsertedOrUpdatedRows } = await this.#guard(() =>
      this.#db
        .insertInto('webhook_secrets')
        .values({ tenant, version, secret, created_at: Date.now(), expires_at: null })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst(),
    );
    return numInsertedOrUpdatedRows === 1n;
  }
}

function urlPlace(requestId: string): string {
  return `webhooks.url:${requestId}`;
}

function secretPlace(tenant: string, version: number): string {
  return `webhook_secrets.secret:${JSON.stringify([tenant, version])}`;
}
