import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatewayError } from '../../domain/errors.ts';
import type { Cipher } from '../store/contract.ts';
import type { ContentVault } from '../encryption/content-vault.ts';
import type { Artifacts } from './contract.ts';
import { createFileArtifactStore } from './file-artifact-store.ts';

export interface ArtifactSource {
  /** `file:///path`, or absent for `artifacts` in `dataDir`. */
  artifactsUrl?: string | undefined;
  dataDir: string;
  cipher: Cipher;
  vault: ContentVault;
}

/** @throws GatewayError `invalid_request` for another kind of ARTIFACTS_URL, `not_ready` for a folder that cannot be written. */
export async function openArtifactStore(source: ArtifactSource): Promise<Artifacts> {
  const { artifactsUrl, dataDir, cipher, vault } = source;
  return createFileArtifactStore({ dir: folderOf(artifactsUrl) ?? join(dataDir, 'artifacts'), cipher, vault });
}

function folderOf(artifactsUrl: string | undefined): string | undefined {
  if (artifactsUrl === undefined || artifactsUrl === '') return undefined;
  if (artifactsUrl.startsWith('file:') && URL.canParse(artifactsUrl)) return fileURLToPath(artifactsUrl);
  const message = artifactsUrl.startsWith('s3:')
    ? 'ARTIFACTS_URL: s3:// is not supported yet: use file:///path on a volume that all processes share.'
    : 'ARTIFACTS_URL is not file:///path.';
  throw new GatewayError({ type: 'invalid_request', message, param: 'ARTIFACTS_URL' });
}
