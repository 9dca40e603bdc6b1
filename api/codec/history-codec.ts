import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import type { ArtifactReference } from '../../activities/contracts.ts';
import { GatewayError } from '../../domain/errors.ts';
import { administers, operatorTenant, type Principal } from '../../domain/principal.ts';
import type { ArtifactStore } from '../../platform/artifacts/contract.ts';
import type { ContentOwner, ContentVault } from '../../platform/encryption/content-vault.ts';
import { isSummary, openPayload, sealPayload } from '../../platform/temporal/payload-codec.ts';
import type { HistoryCodec } from './codec-port.ts';
import { isCoreMarker } from './core-marker.ts';
import { jsonOf } from './payload-json.ts';

export interface HistoryCodecParts {
  vault: ContentVault;
  artifacts: ReadableArtifacts;
}

interface ReadableArtifacts {
  of(owner?: ContentOwner): Pick<ArtifactStore, 'get'>;
}

export function createHistoryCodec({ vault, artifacts }: HistoryCodecParts): HistoryCodec {
  const decodeOne = async (principal: Principal, payload: Payload, index: number): Promise<Payload> => {
    if (isSummary(payload) || isCoreMarker(payload)) return payload;
    if (!isEncrypted(payload) || !payload.data) {
      throw new GatewayError({
        type: 'invalid_request',
        message: 'This payload is not encrypted. It was not written by this gateway, so it is not shown as if it were.',
        param: `payloads[${index}]`,
      });
    }
    const owner = await vault.ownerOf(payload.data);
    if (!administers(principal, owner?.tenant ?? operatorTenant)) {
      throw new GatewayError({
        type: 'not_found',
        message: 'There is no key for this payload.',
        param: `payloads[${index}]`,
      });
    }
    return openPayload(vault, payload.data);
  };
  const decode: HistoryCodec['decode'] = (principal, payloads) =>
    Promise.all(payloads.map((payload, index) => decodeOne(principal, payload, index)));

  return {
    decode,
    encode: ({ tenant }, payloads) => Promise.all(payloads.map((payload) => sealPayload(vault, { tenant }, payload))),
    async download(principal, payloads) {
      const decoded = await decode(principal, payloads);
      return Promise.all(decoded.map((payload) => withArtifacts(artifacts, payload)));
    },
  };
}

function isEncrypted({ metadata }: Payload): boolean {
  return Buffer.from(metadata?.['encoding'] ?? []).toString() === 'binary/encrypted';
}

const reference = z.object({
  kind: z.literal('artifact'),
  requestId: z.string().optional(),
  sha256: z.string(),
}) satisfies z.ZodType<Pick<ArtifactReference, 'kind' | 'sha256'>>;
const withBody = z.looseObject({ body: reference });

/** Inputs of workflows and steps carry the request's body at `body`. */
async function withArtifacts(artifacts: ReadableArtifacts, payload: Payload): Promise<Payload> {
  const input = withBody.safeParse(jsonOf(payload));
  if (!input.success) return payload;
  const { requestId, sha256 } = input.data.body;
  const bytes = await artifacts.of(requestId === undefined ? undefined : { requestId }).get(sha256);
  const body = { kind: 'inline', value: JSON.parse(Buffer.from(bytes).toString()) as unknown };
  return { ...payload, data: Buffer.from(JSON.stringify({ ...input.data, body })) };
}
