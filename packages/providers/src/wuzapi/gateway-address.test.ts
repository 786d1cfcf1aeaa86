import { expect, it } from 'vitest';
import { isCallable } from './gateway-address.ts';

it.each([
  ['http://wuzapi:8080', undefined, true],
  ['http://127.0.0.1:8080/path', undefined, true],
  ['https://gateway.example', undefined, true],
  ['http://169.254.169.254/latest', undefined, false],
  // Other ways to write the same address.
  ['http://2852039166', undefined, false],
  ['http://0xa9fea9fe', undefined, false],
  ['http://[::ffff:169.254.169.254]', undefined, false],
  ['http://[fe80::1]', undefined, false],
  ['http://[fd00:ec2::254]', undefined, false],
  ['http://METADATA.google.internal', undefined, false],
  ['not an address', undefined, false],
  ['https://gateway.example', ['Gateway.example'], true],
  ['https://gateway.example:8443', ['gateway.example'], true],
  ['https://gateway.example:8443', ['gateway.example:8443'], true],
  ['https://gateway.example:9999', ['gateway.example:8443'], false],
  ['https://gateway.example.evil.example', ['gateway.example'], false],
  ['http://127.0.0.1', ['gateway.example'], false],
  ['http://127.0.0.1', [], false],
])('%s with %j: %s', (baseUrl, hosts, isAllowed) => {
  expect(isCallable(baseUrl, hosts)).toBe(isAllowed);
});
