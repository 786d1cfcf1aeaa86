import { BlockList, isIP } from 'node:net';

const kept = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  kept.addSubnet(net, bits, 'ipv4');
}

/** Global unicast, without the parts of it that lead elsewhere: documentation, 6to4 and Teredo. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
const kept6 = new BlockList();
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  kept6.addSubnet(net, bits, 'ipv6');
}

/** Whether an address is one of the public internet, so that nothing of ours is behind it. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !kept.check(address, 'ipv4');
    case 6:
      return global6.check(address, 'ipv6') && !kept6.check(address, 'ipv6');
    default:
      return false;
  }
}
