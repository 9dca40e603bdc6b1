import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Agent, request, type Dispatcher } from 'undici';
import { GatewayError } from '../../domain/errors.ts';
import { isPublicAddress } from './public-address.ts';
import { parseRequestUrl, type UrlRules } from './request-url.ts';

interface ResolvedAddress {
  address: string;
  family: number;
}

/** Every address of a host. */
type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

export interface GuardedRequest extends UrlRules {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Most bytes of the answer's body. */
  maxBytes: number;
  /** What becomes of a longer one. Default: `refuse`. */
  overlong?: 'refuse' | 'cut';
  /** From the first look-up to the last byte, over all redirects. */
  timeoutMs: number;
  /** Ends the call at once when aborted. */
  signal?: AbortSignal;
}

export interface GuardedAnswer {
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  body: Buffer;
}

/** The one way to a URL that came with a request. */
export interface UrlGuard {
  /**
   * Judges a URL as a call would, without calling it.
   * @throws GatewayError `invalid_request` where it may not be called, `provider_unreachable` where its name is unknown.
   */
  judge(url: string, rules: UrlRules): Promise<void>;
  /**
   * Calls a URL.
   * @throws GatewayError `invalid_request` where it may not be called; `provider_unreachable`, `provider_timeout` and
   *   `provider_protocol` for how the call failed.
   */
  fetch(request: GuardedRequest): Promise<GuardedAnswer>;
}

const maxRedirects = 3;
const lookUpTimeoutMs = 2_000;

interface Network {
  resolve: Resolve;
  isPublic: (address: string) => boolean;
}

const system: Network = {
  resolve: (hostname) => systemLookup(hostname, { all: true }),
  isPublic: isPublicAddress,
};

/**
 * A name is looked up once, every address it has must be public, and the connection goes to one of those that were judged,
 * whatever the name says a moment later. Certificates are checked against the name. Proxies of the environment are not
 * used, and nothing is unpacked. The redirects of a GET are followed, at most three, each judged like the first URL.
 */
export function createUrlGuard(network: Network = system): UrlGuard {
  return {
    async judge(url, rules) {
      await judgedAddresses(parseRequestUrl(url, rules), rules, network, AbortSignal.timeout(lookUpTimeoutMs));
    },
    async fetch(call) {
      const timeout = AbortSignal.timeout(call.timeoutMs);
      const signal = call.signal ? AbortSignal.any([timeout, call.signal]) : timeout;
      let target = call.url;
      for (let redirects = 0; ; redirects += 1) {
        const url = parseRequestUrl(target, call);
        const answer = await callOnce(url, await judgedAddresses(url, call, network, signal), call, signal);
        const location = answer.status >= 300 && answer.status < 400 ? answer.headers['location'] : undefined;
        if (typeof location !== 'string' || call.method !== 'GET') return answer;
        if (redirects === maxRedirects) throw failed('provider_protocol', call, 'redirects too often');
        target = URL.parse(location, url.href)?.href ?? location;
      }
    },
  };
}

async function judgedAddresses(
  url: URL,
  rules: UrlRules,
  { resolve, isPublic }: Network,
  signal: AbortSignal,
): Promise<[ResolvedAddress, ...ResolvedAddress[]]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const addresses = family ? [{ address: host, family }] : await withSignal(resolve(host), signal).catch(() => []);
  const [first, ...others] = addresses;
  if (!first) throw failed('provider_unreachable', rules, 'names a host that cannot be found');
  if (!rules.allowPrivate && !addresses.every(({ address }) => isPublic(address))) {
    throw failed('invalid_request', rules, 'does not lead to a public address');
  }
  return [first, ...others];
}

async function callOnce(
  url: URL,
  pinned: [ResolvedAddress, ...ResolvedAddress[]],
  call: GuardedRequest,
  signal: AbortSignal,
): Promise<GuardedAnswer> {
  const agent = new Agent({
    allowH2: false,
    connect: {
      timeout: call.timeoutMs,
      lookup: (_host, { all }, done) => (all ? done(null, pinned) : done(null, pinned[0].address, pinned[0].family)),
    },
  });
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      method: call.method,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'holdfast', ...call.headers },
      ...(call.body !== undefined && { body: call.body }),
      signal,
    });
    return { status: statusCode, headers, body: await readBounded(body, call) };
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    if (signal.aborted) throw failed('provider_timeout', call, `did not answer within ${call.timeoutMs} ms`);
    throw failed('provider_unreachable', call, 'could not be reached', error);
  } finally {
    void agent.destroy();
  }
}

async function readBounded(body: AsyncIterable<Buffer>, call: GuardedRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > call.maxBytes && call.overlong === 'cut') break;
    if (sizeBytes > call.maxBytes)
      throw failed('provider_protocol', call, `answered with more than ${call.maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, aborted]);
}

function failed(
  type: 'invalid_request' | 'provider_unreachable' | 'provider_timeout' | 'provider_protocol',
  { param }: UrlRules,
  what: string,
  cause?: unknown,
): GatewayError {
  return new GatewayError({ type, message: `${param} ${what}.`, param }, { cause });
}
