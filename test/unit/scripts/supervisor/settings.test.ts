import { readSettings } from '../../../../scripts/supervisor/settings.mjs';

describe('the settings of the supervisor', () => {
  it('ask for an embedded Temporal by default', () => {
    expect(readSettings({})).toMatchObject({
      role: 'all',
      servesApi: true,
      port: 8080,
      host: '127.0.0.1',
      temporalAddress: undefined,
    });
  });

  it('refuse a worker alone that does not know its Temporal server', () => {
    expect(() => readSettings({ ROLE: 'gateway' })).toThrow('set TEMPORAL_ADDRESS');
    expect(readSettings({ ROLE: 'gateway', TEMPORAL_ADDRESS: 'h:7233' })).toMatchObject({ servesApi: false });
  });

  it.each(['http', '-1', '70000', '80.5'])('refuse PORT=%s by name', (PORT) => {
    expect(() => readSettings({ PORT })).toThrow(`PORT=${PORT}`);
  });

  it('refuse a CONFIG that is not there', () => {
    expect(() => readSettings({ CONFIG: 'nowhere/gateway.yaml' })).toThrow('nowhere/gateway.yaml');
  });
});
