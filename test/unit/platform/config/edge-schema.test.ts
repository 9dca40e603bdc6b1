import { resolveConfig } from '../../../../platform/config/config-file.ts';

const resolved = (more: object) =>
  resolveConfig(
    {
      providers: { near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:8000/v1', local: true } },
      deployments: { light: { provider: 'near', model: 'small-chat' } },
      ...more,
    },
    {},
    'gateway.yaml',
  );

describe('the edge in the configuration file', () => {
  it('lets everybody come in, and images of 50 megapixels, where nothing is said', () => {
    expect(resolved({}).edge).toEqual({ maxImagePixels: 50_000_000, webhooks: { allowPrivate: false } });
  });

  it('takes ranges for everybody and for a tenant, and limits of a tenant', () => {
    const config = resolved({
      edge: { allowIps: ['10.0.0.0/8', '::1'], maxImageMegapixels: 0.5, webhooks: { allowPrivate: true } },
      tenants: { clinic: { allowIps: ['10.1.0.0/16'], limits: { rpm: 60, concurrency: 4 } } },
    });
    expect(config.edge).toEqual({
      allowIps: ['10.0.0.0/8', '::1'],
      maxImagePixels: 500_000,
      webhooks: { allowPrivate: true },
    });
    expect(config.tenants.get('clinic')).toMatchObject({
      allowIps: ['10.1.0.0/16'],
      limits: { rpm: 60, concurrency: 4 },
    });
  });

  it.each([
    ['edge.allowIps.1', { edge: { allowIps: ['10.0.0.0/8', '10.0.0.0/33'] } }],
    ['edge.allowIps', { edge: { allowIps: [] } }],
    ['edge.maxImageMegapixels', { edge: { maxImageMegapixels: 0 } }],
    ['edge', { edge: { alowIps: ['10.0.0.0/8'] } }],
    ['tenants.clinic.allowIps.0', { tenants: { clinic: { allowIps: ['clinic.example'] } } }],
    ['tenants.clinic.limits.rpm', { tenants: { clinic: { limits: { rpm: 0 } } } }],
    ['tenants.clinic.limits', { tenants: { clinic: { limits: { tpm: 5 } } } }],
  ])('is refused by the path %s where it is wrong', (path, more) => {
    expect(() => resolved(more)).toThrow(`  ${path}: `);
  });
});
