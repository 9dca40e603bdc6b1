/** Bytes too large for a history, addressed by the sha256 (hex) of their plaintext. Sealed at rest. */
export interface ArtifactStore {
  /** Durable once it resolves. Putting the same bytes again changes nothing. */
  put(bytes: Uint8Array): Promise<{ sha256: string; sizeBytes: number }>;
  /** @throws GatewayError `not_found`; `encryption_failed` where the stored bytes were changed. */
  get(sha256: string): Promise<Uint8Array>;
  /** Deleting what is not there is no error. */
  delete(sha256: string): Promise<void>;
  /** Rejects when artifacts cannot be written now. */
  ping(): Promise<void>;
}
