import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * An address in the one form it is compared in: an IPv4 address that came mapped into IPv6 (`::ffff:10.0.0.1`) is that
 * IPv4 address, and a zone (`fe80::1%eth0`) is left out. Undefined for what is no address in its usual notation:
 * `127.1`, `0x7f000001` and `010.0.0.1` are none.
 */
export function parseIp(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!ipaddr.IPv6.isValid(text) || !text.includes(':')) return undefined;
  const address = ipaddr.IPv6.parse(text.replace(/%.*$/, ''));
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

const mappedBits = 96;

/**
 * `10.0.0.0/8`, `2001:db8::/32`, or one address. Bits behind the prefix are allowed and ignored. A range within
 * `::ffff:0:0/96` is the IPv4 range it stands for. Undefined for anything else.
 */
export function parseIpRange(text: string): { address: Address; prefix: number } | undefined {
  const [host = '', bits, ...rest] = text.split('/');
  if (rest.length > 0) return undefined;
  const address = host.includes('%') ? undefined : parseIp(host);
  if (!address) return undefined;
  const width = address.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return { address, prefix: width };
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bits)) return undefined;
  const prefix = Number(bits) - (width === 32 && host.includes(':') ? mappedBits : 0);
  return prefix >= 0 && prefix <= width ? { address, prefix } : undefined;
}
