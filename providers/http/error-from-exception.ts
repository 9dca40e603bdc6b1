import { GatewayError, type GatewayErrorType } from '../../domain/errors.ts';
import type { Provider } from '../../domain/deployment.ts';
import { isRecord, stringAt } from '../json.ts';

interface ExchangeContext {
  provider: Provider;
  signal: AbortSignal;
  /** Whether anything of the answer's body was due yet. */
  phase: 'before-answer' | 'within-answer';
}

/**
 * What a failed exchange means. Returns the signal's reason when the caller gave up, a GatewayError as it is, and
 * otherwise `provider_unreachable` (nothing of the answer came), `provider_interrupted` (it broke off) or
 * `provider_protocol` (it is not HTTP). Codes from Node's `dns`, `net`, `tls`, `zlib` and undici's errors.
 */
export function errorFromException(error: unknown, { provider, signal, phase }: ExchangeContext): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof GatewayError) return error;
  const code = codeOf(error);
  const [type, what] = classify(code, phase);
  return new GatewayError(
    { type, message: `${provider.name}: ${what}${code === '' ? '' : ` (${code})`}` },
    { cause: error },
  );
}

function classify(code: string, phase: ExchangeContext['phase']): [GatewayErrorType, string] {
  if (dnsCodes.has(code)) return ['provider_unreachable', 'DNS does not resolve the host of its baseUrl'];
  if (isTlsCode(code))
    return ['provider_unreachable', 'TLS failed; check its certificate and that baseUrl should be https'];
  if (code.startsWith('HPE_')) return ['provider_protocol', 'the answer is not valid HTTP'];
  if (code.startsWith('Z_') || code.startsWith('ERR__ERROR_FORMAT') || code.startsWith('ERR_BROTLI')) {
    return ['provider_protocol', 'the compressed answer cannot be decompressed'];
  }
  if (phase === 'within-answer') return ['provider_interrupted', 'the connection broke off within the answer'];
  if (code === 'ECONNREFUSED') return ['provider_unreachable', 'nothing listens at its baseUrl'];
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT')
    return ['provider_unreachable', 'no connection in time'];
  return ['provider_unreachable', 'the connection failed before an answer'];
}

const dnsCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const certificateCodes = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'CERT_REVOKED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'EPROTO',
]);

function isTlsCode(code: string): boolean {
  return certificateCodes.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_');
}

/** The innermost code: undici and fetch wrap what the socket said, and a dual-stack connect fails as a group. */
function codeOf(error: unknown): string {
  if (!isRecord(error)) return '';
  const inner = codeOf(Array.isArray(error['errors']) ? error['errors'][0] : error['cause']);
  return inner === '' ? (stringAt(error, 'code') ?? '') : inner;
}
