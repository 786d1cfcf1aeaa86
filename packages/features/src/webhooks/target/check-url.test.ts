import { describe, expect, test } from 'vitest';
import { isAllowedAddress } from './allowed-address.ts';
import { checkUrl } from './check-url.ts';

const strict = { allowsPrivate: false };
const open = { allowsPrivate: true };
const words = (text: string): string[] => text.trim().split(/\s+/);
const judge = (url: string, rules = strict): string => {
  const checked = checkUrl(url, rules);
  return 'url' in checked ? checked.url.href : checked.problem;
};

describe('on the public internet', () => {
  test.each([
    ['https://example.com', 'https://example.com/'],
    ['HTTPS://Example.COM:443/a?b=c#d', 'https://example.com/a?b=c'],
    ['https://example.com:8443/hook', 'https://example.com:8443/hook'],
    ['https://münchen.example/x', 'https://xn--mnchen-3ya.example/x'],
    ['https://8.8.8.8/x', 'https://8.8.8.8/x'],
    ['https://[2606:4700::1111]/', 'https://[2606:4700::1111]/'],
  ])('%s may be called', (url, normal) => {
    expect(judge(url)).toBe(normal);
  });

  test.each(
    words(`
      127.0.0.1 127.1 0 0.0.0.0 2130706433 017700000001 0x7f000001 0x7f.1 127.0.0.1. ①②⑦.⓪.⓪.①
      127。0。0。1 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 169.254.169.254
      100.100.100.200 168.63.129.16 192.0.0.192 224.0.0.1 255.255.255.255 198.18.0.1 192.0.2.1 [::1]
      [::] [::ffff:7f00:1] [::ffff:8.8.8.8] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::]
      [2001:0:1::1] [fe80::1] [fd00:ec2::254] [fc00::1] [ff02::1] localhost localhost. a.localhost
      metadata.google.internal x.internal printer.local intranet db metadata`),
  )('https://%s leads inside', (host) => {
    expect(judge(`https://${host}/x`)).toBe('private_address');
  });

  test.each([
    ['http://example.com', 'not_https'],
    ['file:///etc/passwd', 'not_a_url'],
    ['gopher://example.com', 'not_https'],
    ['ftp://example.com', 'not_https'],
    ['data:text/plain,x', 'not_a_url'],
    ['javascript:alert(1)', 'not_a_url'],
    ['//example.com', 'not_a_url'],
    ['', 'not_a_url'],
    ['https://exa\tmple.com', 'not_a_url'],
    ['https://example.com/\r\nX: y', 'not_a_url'],
    ['https://user:pass@example.com', 'holds_password'],
    ['https://user@example.com', 'holds_password'],
    ['https://example.com:22', 'port'],
    ['https://example.com:6379', 'port'],
    ['https://example.com:0', 'port'],
    [`https://${'a'.repeat(2000)}.example.com`, 'too_long'],
  ])('%s is refused', (url, problem) => {
    expect(judge(url)).toBe(problem);
  });
});

describe('beside the tenant’s own systems', () => {
  test.each([
    'http://127.0.0.1:3000/',
    'http://localhost:3000/',
    'https://10.0.0.5/x',
    'http://[::1]:80/',
    'http://erp/',
  ])('%s may be called', (url) => {
    expect(['private_address', 'port', 'not_https']).not.toContain(judge(url, open));
  });

  test.each(
    words(`
      169.254.169.254 168.63.129.16 100.100.100.200 [fd00:ec2::254] [fe80::1] 224.0.0.1
      [::ffff:a9fe:a9fe] [64:ff9b::a9fe:a9fe] 0.0.0.0 metadata.google.internal`),
  )('http://%s may not: that is where clouds keep their secrets, or nowhere', (host) => {
    expect(judge(`http://${host}/x`, open)).toBe('private_address');
  });
});

test('what is no address is allowed nowhere', () => {
  for (const text of ['', 'example.com', '1.2.3', '::g', '1.2.3.4.5']) {
    expect(isAllowedAddress(text, open)).toBe(false);
  }
});
