import { BlockList } from 'node:net';
import { parseIp, parseIpRange } from './ip-range.ts';

/** Says whether an address may come in. */
export type IpAllowlist = (ip: string) => boolean;

/**
 * A check of addresses against ranges such as `10.0.0.0/8`, `2001:db8::/32` or `192.0.2.7`. IPv4 addresses mapped into
 * IPv6 count as IPv4, on both sides. What is no address is not allowed, and an empty list allows nobody.
 * @throws RangeError naming the entry that is no range.
 */
export function createIpAllowlist(cidrs: readonly string[]): IpAllowlist {
  // One list for each family: Node lets `::/0` of an IPv6 rule match every IPv4 address.
  const allowed = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const cidr of cidrs) {
    const range = parseIpRange(cidr);
    if (!range) throw new RangeError(`'${cidr}' is neither an IP address nor a range such as 10.0.0.0/8`);
    const kind = range.address.kind();
    allowed[kind].addSubnet(range.address.toString(), range.prefix, kind);
  }
  return (ip) => {
    const address = parseIp(ip);
    return address !== undefined && allowed[address.kind()].check(address.toString(), address.kind());
  };
}
