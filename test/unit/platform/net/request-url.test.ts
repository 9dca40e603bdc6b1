import { parseRequestUrl } from '../../../../platform/net/request-url.ts';

const param = 'webhookUrl';
const judge =
  (url: string, more: object = {}) =>
  () =>
    parseRequestUrl(url, { param, ...more });

/** Hosts that stand for this machine, its network, a cloud's metadata, or nothing on the Internet. */
const insideHosts = [
  // IPv4 in its usual notation.
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.255',
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.31.196.1',
  '192.52.193.1',
  '192.88.99.1',
  '192.168.0.1',
  '192.168.255.255',
  '192.175.48.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  // IPv4 in notations that parsers rewrite: short, decimal, octal, hexadecimal, mixed, overflowing, padded.
  '127.1',
  '127.0.1',
  '10.1',
  '0',
  '1',
  '2130706433',
  '3232235777',
  '2852039166',
  '017700000001',
  '0177.0.0.1',
  '0177.0.0.01',
  '0177.1',
  '0x7f000001',
  '0x7f.0.0.1',
  '0x7f.1',
  '0x7F.0x0.0x0.0x1',
  '0xa9.0xfe.0xa9.0xfe',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '0251.254.0xa9.254',
  '127.0.0.01',
  '127.00.0.1',
  '127.000.000.001',
  '00000127.0.0.1',
  '127.0.0.1.',
  '127.1.',
  '8.8.8',
  '8.526344',
  '134744072',
  '0x08080808',
  '010.8.8.8',
  '256.0.0.1',
  '127.0.0.256',
  '1.2.3.4.5',
  '127.0.0.0x1',
  '4294967297',
  '-127.0.0.1',
  // IPv4 in other digits and dots, which IDNA maps to ASCII.
  '１２７.０.０.１',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '127．0．0．1',
  '127｡0｡0｡1',
  '𝟏𝟐𝟕.𝟎.𝟎.𝟏',
  '१२७.०.०.१',
  '127.0.0.¹',
  // Escaped.
  '%31%32%37.0.0.1',
  '127%2e0%2e0%2e1',
  '127.0.0.1%00.example.com',
  '127.0.0.1%2f@example.com',
  '%6cocalhost',
  // IPv6.
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000:0000:0000:0000:0000:0000:0000:0001]',
  '[::0001]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:7f00:1]',
  '[::FFFF:7F00:1]',
  '[::ffff:a9fe:a9fe]',
  '[::ffff:169.254.169.254]',
  '[::ffff:0:127.0.0.1]',
  '[::ffff:0:7f00:1]',
  '[::ffff:8.8.8.8]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b:1::1]',
  '[100::1]',
  '[2001::1]',
  '[2001:2::1]',
  '[2001:10::1]',
  '[2001:20::1]',
  '[2001:db8::1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2002:c0a8:101::1]',
  '[2606:4700::5efe:7f00:1]',
  '[2606:4700::200:5efe:a00:1]',
  '[3fff::1]',
  '[4000::1]',
  '[5f00::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fd12:3456:789a::1]',
  '[fe80::1]',
  '[fe80::1%25eth0]',
  '[fe80::1%eth0]',
  '[fec0::1]',
  '[ff02::1]',
  '[ff0e::1]',
  '[::1',
  '::1',
  '[127.0.0.1]',
  '[]',
  // Names.
  'localhost',
  'LOCALHOST',
  'localhost.',
  'localhost.localdomain',
  'a.localhost',
  'ⓛocalhost',
  'locaⅼhost',
  'ｌocalhost',
  'ʟocalhost',
  'loca\u00adlhost',
  'redis',
  'metadata',
  'metadata.google.internal',
  'METADATA.GOOGLE.INTERNAL',
  'metadata.google.internal.',
  'kubernetes.default.svc.cluster.local',
  'router.home.arpa',
  'nas.lan',
  'example.com.',
  'bücher.example',
  'exam ple.com',
  'exam\tple.com',
  'example.com\n',
  'example.com\u0000',
  '.',
  '..',
  '',
  'example..com',
  'example\u2024com',
  'example\uff0ecom',
  'example.com\u2044',
  'googl\u00e9.com',
  '\u212Aernel.org',
  'a.0x7f',
];

/** Whole URLs whose text says one thing to a reader and another to a parser, or which are no web addresses. */
const trickyUrls = [
  'https://user@example.com/',
  'https://user:secret@example.com/',
  'https://@example.com/',
  'https://:@example.com/',
  'https://example.com@127.0.0.1/',
  'https://127.0.0.1@example.com/',
  'https://example.com:443@127.0.0.1/',
  'https://example.com\\@127.0.0.1/',
  'https:\\\\example.com/',
  'https:/\\example.com/',
  'https:/example.com/',
  'https:example.com',
  'https:///example.com/',
  '//example.com/',
  '/etc/passwd',
  'example.com',
  ' https://example.com/',
  'https://example.com/ ',
  '\thttps://example.com/',
  'ht\ntps://example.com/',
  'https://example.com/a\\b',
  'https://example.com/a b',
  'https://example.com/a\r\nHost: x',
  'https://example.com#@127.0.0.1/\\',
  'https://',
  '',
  'https://example.com:0/',
  'https://example.com:22/',
  'https://example.com:25/',
  'https://example.com:80/',
  'https://example.com:65536/',
  'https://example.com:99999/',
  'https://example.com:-1/',
  'https://example.com:/x:y@z',
  'https://example.com:443:443/',
  'https://example.com:0x1bb/',
  'https://example.com:４４３/',
  'https://[::1]:443/',
  'http://example.com/',
  'HTTP://example.com/',
  'file:///etc/passwd',
  'ftp://example.com/',
  'gopher://example.com/',
  'dict://example.com:2628/',
  'ldap://example.com/',
  'jar:https://example.com!/',
  'data:text/plain,hello',
  'javascript:alert(1)',
  'blob:https://example.com/1',
  'ws://example.com/',
  'unix:/run/docker.sock',
  'about:blank',
  `https://example.com/${'a'.repeat(8192)}`,
];

describe('a URL of a request', () => {
  it('is tried in more than 120 ways to name an address inside', () => {
    expect(new Set(insideHosts).size).toBe(insideHosts.length);
    expect(insideHosts.length).toBeGreaterThan(120);
  });

  it.each(insideHosts)('is refused where its host is %j', (host) => {
    expect(judge(`https://${host}/`)).toThrow(/^webhookUrl /);
    expect(judge(`https://${host}:8443/x`)).toThrow(/^webhookUrl /);
    expect(judge(`http://${host}/`, { allowHttp: true })).toThrow(/^webhookUrl /);
  });

  it.each(trickyUrls)('is refused where it is %j', (url) => {
    expect(judge(url)).toThrow(/^webhookUrl /);
  });

  it.each([
    'https://example.com',
    'https://example.com/hook?x=1&y=%20#part',
    'https://EXAMPLE.com/',
    'HTTPS://example.com:443/',
    'https://example.com:8443/hook',
    'https://xn--bcher-kva.example/',
    'https://cdn.example.com/图/猫.png',
    'https://8.8.8.8/',
    'https://1.1.1.1:8443/',
    'https://[2606:4700:4700::1111]/',
    'https://127.0.0.1.example.com/',
    'https://localhost.example.com/',
  ])('is taken where it is %s', (url) => {
    expect(parseRequestUrl(url, { param }).protocol).toBe('https:');
  });

  it('may be plain http, or lead inside, only where that is allowed', () => {
    expect(judge('http://example.com/', { allowHttp: true })).not.toThrow();
    const inside = { allowHttp: true, allowPrivate: true };
    for (const url of ['http://127.0.0.1:4000/', 'https://hooks:81/', 'http://localhost/']) {
      expect(judge(url, inside)).not.toThrow();
    }
    for (const url of ['http://127.1/', 'http://user@localhost/', 'http://0x7f000001/'])
      expect(judge(url, inside)).toThrow('webhookUrl');
  });

  it('never shows itself in the error', () => {
    expect(judge('https://user:canary@example.com/canary')).toThrow(/^(?!.*canary)/);
  });
});
