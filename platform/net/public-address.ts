import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { parseIp } from './ip-range.ts';

/** Of all IPv6 only this block is routed on the Internet. Source: IANA IPv6 Global Unicast Address Assignments. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
/** A public address that only the machines of its cloud reach: Azure's metadata and agent. */
const cloudInternal = new Set(['168.63.129.16']);
/** Interface identifiers of ISATAP, which carry an IPv4 address to be tunnelled to. Source: RFC 5214, section 6.1. */
const isatap = new Set(['0:5efe', '200:5efe']);

/**
 * True for an address that belongs to the Internet and to none of: loopback, private, link-local (cloud metadata),
 * carrier-grade NAT, multicast, reserved, documentation, benchmarking, tunnels and translations (mapped, compatible,
 * 6to4, Teredo, NAT64, ISATAP), and this machine itself. Source: IANA special-purpose address registries.
 */
export function isPublicAddress(text: string): boolean {
  const address = parseIp(text);
  if (!address || text.includes('%') || address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) {
    if (!address.match(globalUnicast)) return false;
    if (isatap.has(`${address.parts[4]?.toString(16)}:${address.parts[5]?.toString(16)}`)) return false;
  }
  return !cloudInternal.has(address.toString()) && !isOwnAddress(address.toString());
}

function isOwnAddress(text: string): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => parseIp(address)?.toString() === text),
  );
}
