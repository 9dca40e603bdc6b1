import { gatewayOptions, parseQosHeader } from '../../../../api/gateway/options-schema.ts';

describe('parseQosHeader', () => {
  it.each([
    ['cost=0.6,latency=0.3,quality=0.1', { cost: 0.6, latency: 0.3, quality: 0.1 }],
    [' quality = 1 ', { quality: 1 }],
    ['latency=.5,cost=0', { latency: 0.5, cost: 0 }],
  ])('reads %j', (header, qos) => {
    expect(parseQosHeader(header)).toEqual(qos);
  });

  it.each([
    '',
    'cost',
    'cost=',
    'cost=1e3',
    'cost=0x1',
    'cost=1.1',
    'cost=0',
    'cost=1,cost=1',
    '__proto__=1',
    'a=1,b=1,c=1,d=1,e=1',
  ])('refuses %j', (header) => {
    expect(() => parseQosHeader(header)).toThrow('must look like');
  });
});

describe('the gateway field', () => {
  it('takes what is applied', () => {
    const options = { qos: { cost: 1 }, policy: 'clinic', maxCostUsd: 0.01, timeoutMs: 30_000 };
    expect(gatewayOptions.parse(options)).toEqual(options);
  });

  it('refuses what would be swallowed', () => {
    for (const options of [{ webhookUrl: '' }, { cache: 7 }, { retries: 3 }]) {
      expect(gatewayOptions.safeParse(options).success).toBe(false);
    }
  });
});
