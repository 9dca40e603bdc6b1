import type {
  ApiKeyChanges,
  ApiKeyRecord,
  ApiKeyStore,
  FoundSecret,
  NewApiKey,
  SecretRecord,
} from '../../platform/store/api-keys-contract.ts';

interface KeptSecret extends SecretRecord {
  createdAt: Date;
  expiresAt?: Date;
}

/** The keys of the database, in memory, and how often it was asked. */
export class FakeApiKeyStore implements ApiKeyStore {
  finds = 0;
  readonly touched: { id: string; usedAt: Date }[] = [];
  readonly #keys = new Map<string, { key: Omit<ApiKeyRecord, 'secrets'>; secrets: KeptSecret[] }>();

  async create(key: NewApiKey, secret: SecretRecord): Promise<void> {
    this.#keys.set(key.id, { key, secrets: [{ ...secret, createdAt: key.createdAt }] });
  }

  async list(tenant?: string): Promise<ApiKeyRecord[]> {
    const kept = [...this.#keys.values()].filter(({ key }) => tenant === undefined || key.tenant === tenant);
    return kept.map(({ key, secrets }) => ({ ...key, secrets })).toReversed();
  }

  async get(id: string): Promise<ApiKeyRecord | undefined> {
    const kept = this.#keys.get(id);
    return kept && { ...kept.key, secrets: kept.secrets };
  }

  async change(id: string, changes: ApiKeyChanges): Promise<boolean> {
    const kept = this.#keys.get(id);
    if (!kept) return false;
    const { models, allowedIps, limits, budgets, expiresAt, ...fixed } = { ...kept.key, ...changes };
    kept.key = {
      ...fixed,
      ...(models && { models }),
      ...(allowedIps && { allowedIps }),
      ...(budgets && { budgets }),
      ...(limits && { limits }),
      ...(expiresAt && { expiresAt }),
    };
    return true;
  }

  async addSecret(id: string, secret: SecretRecord, at: { createdAt: Date; previousEndAt: Date }): Promise<boolean> {
    const kept = this.#keys.get(id);
    for (const previous of kept?.secrets ?? []) previous.expiresAt ??= at.previousEndAt;
    kept?.secrets.unshift({ ...secret, createdAt: at.createdAt });
    return kept !== undefined;
  }

  async delete(id: string): Promise<boolean> {
    return this.#keys.delete(id);
  }

  async find(lookup: string): Promise<FoundSecret | undefined> {
    this.finds += 1;
    for (const { key, secrets } of this.#keys.values()) {
      const secret = secrets.find((one) => one.lookup === lookup);
      if (secret) return { ...secret, ...(secret.expiresAt && { secretExpiresAt: secret.expiresAt }), key };
    }
    return undefined;
  }

  async touch(id: string, usedAt: Date): Promise<void> {
    this.touched.push({ id, usedAt });
  }
}
