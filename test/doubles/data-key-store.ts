import type { DataKeyStore, WrappedDataKey } from '../../platform/store/data-keys-contract.ts';

/** The keys' table in memory; several vaults over one stand for several processes. */
export class InMemoryDataKeys implements DataKeyStore {
  readonly rows: (WrappedDataKey & { destroyed: boolean })[] = [];
  /** What the `requests` table says. */
  readonly requests = new Map<string, string | null>();
  /** How often it was asked. */
  reads = 0;
  /** Thrown by each read while it is set. */
  failure: Error | undefined;

  live({ tenant, subject }: WrappedDataKey['owner']): Promise<WrappedDataKey[]> {
    return this.#read(() =>
      this.rows.filter((row) => !row.destroyed && row.owner.tenant === tenant && row.owner.subject === subject),
    );
  }

  nextVersion({ tenant, subject }: WrappedDataKey['owner']): Promise<number> {
    return this.#read(
      () => this.rows.filter(({ owner }) => owner.tenant === tenant && owner.subject === subject).length + 1,
    );
  }

  add(key: WrappedDataKey): Promise<boolean> {
    const { tenant, subject } = key.owner;
    const taken = this.rows.some(
      ({ owner, version }) => owner.tenant === tenant && owner.subject === subject && version === key.version,
    );
    if (!taken) this.rows.push({ ...key, destroyed: false });
    return Promise.resolve(!taken);
  }

  find(id: string) {
    return this.#read(() => {
      const row = this.rows.find((known) => known.id === id);
      if (!row) return undefined;
      return row.destroyed ? ({ kind: 'destroyed' } as const) : ({ kind: 'live', key: row } as const);
    });
  }

  destroy({ tenant, subject }: WrappedDataKey['owner']): Promise<number> {
    const doomed = this.rows.filter(
      ({ owner, destroyed }) =>
        !destroyed && owner.tenant === tenant && (subject === undefined || owner.subject === subject),
    );
    for (const row of doomed) Object.assign(row, { destroyed: true, wrapped: new Uint8Array(row.wrapped.length) });
    return Promise.resolve(doomed.length);
  }

  wrappedByOthers(masterKeyId: string, limit: number): Promise<WrappedDataKey[]> {
    return this.#read(() =>
      this.rows.filter((row) => !row.destroyed && row.masterKeyId !== masterKeyId).slice(0, limit),
    );
  }

  rewrap(key: WrappedDataKey, masterKeyId: string, wrapped: Uint8Array): Promise<void> {
    Object.assign(this.rows.find(({ id }) => id === key.id) ?? {}, { masterKeyId, wrapped });
    return Promise.resolve();
  }

  ofRequest(requestId: string): Promise<{ keyId: string | null } | undefined> {
    return this.#read(() => {
      const keyId = this.requests.get(requestId);
      return keyId === undefined ? undefined : { keyId };
    });
  }

  async #read<T>(answer: () => T): Promise<T> {
    this.reads += 1;
    if (this.failure) throw this.failure;
    return answer();
  }
}
