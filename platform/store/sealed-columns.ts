import type { GatewayErrorInfo } from '../../domain/errors.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import type { ContentOwner, ContentVault } from '../encryption/content-vault.ts';

/**
 * Text and JSON in columns that are sealed with their owner's key; what opens is what this gateway wrote, so its shape is
 * taken as it is. `place` is `table.column:row`; a value moved to another place does not open.
 */
export class SealedColumns {
  readonly #vault: ContentVault;

  constructor(vault: ContentVault) {
    this.#vault = vault;
  }

  sealText(owner: ContentOwner, text: string, place: string): Promise<Uint8Array> {
    return this.#vault.seal(owner, Buffer.from(text), place);
  }

  /** Keyed hash of a text, for the audit log. */
  hashText(owner: ContentOwner, text: string): Promise<string> {
    return this.#vault.fingerprint(owner, text);
  }

  async openText(sealed: Uint8Array, place: string): Promise<string> {
    const plain = await this.#vault.open(sealed, place);
    return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString();
  }

  sealJson(owner: ContentOwner, value: unknown, place: string): Promise<Uint8Array> {
    return this.sealText(owner, JSON.stringify(value), place);
  }

  async openError(sealed: Uint8Array, place: string): Promise<GatewayErrorInfo> {
    const error: GatewayErrorInfo = JSON.parse(await this.openText(sealed, place));
    return error;
  }

  async openEvents(sealed: Uint8Array, place: string): Promise<StreamEvent[]> {
    const events: StreamEvent[] = JSON.parse(await this.openText(sealed, place));
    return events;
  }
}
