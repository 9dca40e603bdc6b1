import type { Payload } from '@temporalio/common';
import type { Principal } from '../../domain/principal.ts';

/**
 * The codec for people who look at histories. What belongs to a tenant that the caller does not administer is
 * `not_found`; what was erased, `content_erased`.
 */
export interface HistoryCodec {
  /** @throws GatewayError `invalid_request` for a payload that should be encrypted and is not. */
  decode(principal: Principal, payloads: readonly Payload[]): Promise<Payload[]>;
  /** Seals every one, whatever it is. */
  encode(principal: Principal, payloads: readonly Payload[]): Promise<Payload[]>;
  /** As `decode`, with large bodies, which histories hold by reference, put in their place. */
  download(principal: Principal, payloads: readonly Payload[]): Promise<Payload[]>;
}
