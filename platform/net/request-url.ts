import { isIP } from 'node:net';
import { GatewayError } from '../../domain/errors.ts';
import { isPublicAddress } from './public-address.ts';

export interface UrlRules {
  /** Name of the field the URL stands in, for the error. */
  param: string;
  /** Plain http may be used besides https. */
  allowHttp?: boolean;
  /** The URL may lead to this machine and its network. */
  allowPrivate?: boolean;
}

/** Signed addresses of object stores are long. */
const maxLength = 8192;
/** Scheme, host and port as they stand there; no space, backslash or control character behind them. */
// No `i` with `u`: it would take the Kelvin sign for a k.
const plainForm =
  /^([Hh][Tt]{2}[Pp][Ss]?):\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::(\d{1,5}))?(?:[/?#][^\s\\\p{Cc}]*)?$/u;
/** Names that are never of the Internet. Sources: RFC 6761, 6762, 8375; ICANN's `internal`; home routers. */
const insideSuffixes = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'home.arpa',
  'lan',
  'home',
  'corp',
  'intranet',
];
const wellKnownPorts = 1024;

/**
 * A URL that a request asks the gateway, or a server behind it, to call. Only the plain form is taken: what the text
 * says must be what is called, so every notation that a parser rewrites (`127.1`, `0x7f.0.0.1`, `①②⑦`, `%31`,
 * `https:\\host`, a dot at the end of the name) is refused, and so are user names, other schemes, ports of other services
 * and addresses and names inside. Where the name leads is not asked here.
 * @throws GatewayError `invalid_request`.
 */
export function parseRequestUrl(text: string, rules: UrlRules): URL {
  const { param, allowHttp = false, allowPrivate = false } = rules;
  const refuse = (what: string): never => {
    throw new GatewayError({ type: 'invalid_request', message: `${param} ${what}.`, param });
  };
  if (text.length > maxLength) refuse(`is longer than ${maxLength} characters`);
  const [, scheme, host, portText] = plainForm.exec(text) ?? [];
  if (host === undefined) refuse('must be a URL in its plain form, without user name and backslash');
  if (scheme?.toLowerCase() !== 'https' && !allowHttp) refuse('must begin with https://');
  const url = URL.parse(text) ?? refuse('is not a URL');
  if (url.hostname !== host?.toLowerCase()) refuse('names its host in another notation than the usual one');
  const name = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && !(isIP(name) ? isPublicAddress(name) : isPublicName(name)))
    refuse('does not lead to a public address');
  if (name.endsWith('.')) refuse('names its host with a dot at the end');
  const port = Number(portText ?? wellKnownPorts);
  const usual = port === (url.protocol === 'https:' ? 443 : 80);
  if (!allowPrivate && port < wellKnownPorts && !usual) refuse('uses the port of another service');
  return url;
}

function isPublicName(name: string): boolean {
  const labels = name.split('.');
  const top = labels.at(-1) ?? '';
  // A last label of digits, or `0x…`, makes the whole an IPv4 address for every parser.
  if (labels.length < 2 || labels.includes('') || !/^(?=.*[a-z])(?!0x)[a-z0-9-]+$/.test(top)) return false;
  return !insideSuffixes.some((suffix) => name.endsWith(`.${suffix}`));
}
