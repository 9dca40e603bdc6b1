import type { GatewayErrorInfo } from '../../domain/errors.ts';
import type { Cipher } from './contract.ts';

/** Text and JSON in sealed columns. `place` is `table.column:row`; a value moved to another place does not open. */
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

  sealError(error: GatewayErrorInfo | undefined, place: string): Uint8Array | null {
    return error ? this.sealText(JSON.stringify(error), place) : null;
  }

  openError(sealed: Uint8Array | null, place: string): GatewayErrorInfo | undefined {
    return sealed ? (JSON.parse(this.openText(sealed, place)) as GatewayErrorInfo) : undefined;
  }
}
