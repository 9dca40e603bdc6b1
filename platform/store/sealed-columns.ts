import type { GatewayErrorInfo } from '../../domain/errors.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import type { Cipher } from './contract.ts';

/** Text and JSON in sealed columns; what opens is what this gateway wrote, so its shape is taken as it is. `place` is `table.column:row`; a value moved to another place does not open. */
export class SealedColumns {
  readonly #cipher: Cipher;

  constructor(cipher: Cipher) {
    this.#cipher = cipher;
  }

  sealText(text: string, place: string): Uint8Array {
    return this.#cipher.seal(Buffer.from(text), place);
  }

  openText(sealed: Uint8Array, place: string): string {
    const plain = this.#cipher.open(sealed, place);
    return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString();
  }

  sealJson(value: unknown, place: string): Uint8Array {
    return this.sealText(JSON.stringify(value), place);
  }

  openError(sealed: Uint8Array, place: string): GatewayErrorInfo {
    const error: GatewayErrorInfo = JSON.parse(this.openText(sealed, place));
    return error;
  }

  openEvents(sealed: Uint8Array, place: string): StreamEvent[] {
    const events: StreamEvent[] = JSON.parse(this.openText(sealed, place));
    return events;
  }
}
