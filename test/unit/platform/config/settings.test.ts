import { readSettings } from '../../../../platform/config/settings.ts';

const read = (environment: Record<string, string>) =>
  readSettings({ TEMPORAL_ADDRESS: '127.0.0.1:7233', ...environment });

describe('settings', () => {
  it('have the documented defaults', () => {
    expect(read({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      role: 'all',
      temporal: { address: '127.0.0.1:7233', namespace: 'holdfast' },
    });
  });

  it('take an empty variable for an absent one', () => {
    expect(read({ PORT: '', API_KEY: '' })).toMatchObject({ port: 8080 });
    expect(read({ API_KEY: '' })).not.toHaveProperty('apiKey');
  });

  it.each([
    ['PORT', { PORT: 'eighty' }],
    ['PORT', { PORT: '70000' }],
    ['ROLE', { ROLE: 'everything' }],
    ['TLS_CERT', { TLS_CERT: 'a.pem' }],
    ['REDIS_URL', { ROLE: 'gateway' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.1, proxy.internal' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/33' }],
    ['would believe everybody', { TRUSTED_PROXIES: '0.0.0.0/0' }],
    ['would believe everybody', { TRUSTED_PROXIES: '::/0' }],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }],
  ])('name the wrong variable: %s', (name, environment) => {
    expect(() => read(environment)).toThrow(name);
  });

  it.each([
    ['0.0.0.0', {}],
    ['192.168.1.5', {}],
    ['::', {}],
    ['0.0.0.0', { TLS_TERMINATED_BY_PROXY: '1' }],
  ])('refuse the open address %s without TLS', (HOST, more) => {
    expect(() => read({ HOST, ...more })).toThrow('TLS_CERT');
  });

  it.each([
    [{ HOST: '0.0.0.0', TLS_CERT: 'c', TLS_KEY: 'k' }],
    [{ HOST: '0.0.0.0', TLS_TERMINATED_BY_PROXY: '1', TRUSTED_PROXIES: '10.0.0.0/8' }],
    [{ HOST: '::1' }],
    [{ HOST: 'localhost' }],
  ])('accept %j', (environment) => {
    expect(read(environment)).toMatchObject({ host: environment.HOST });
  });

  it("take proxies as addresses, ranges and Express's names", () => {
    expect(read({ TRUSTED_PROXIES: 'loopback, 10.0.0.0/8,2001:db8::1 ,' })).toMatchObject({
      trustedProxies: ['loopback', '10.0.0.0/8', '2001:db8::1'],
    });
  });
});
