import { idempotencyKey, prefersAsync, traceHeaders } from '../../../../api/gateway/request-headers.ts';

describe('idempotencyKey', () => {
  it.each(['a', 'order 17', '!~', 'k'.repeat(255)])('takes %j', (key) => {
    expect(idempotencyKey({ 'idempotency-key': key })).toBe(key);
  });

  it.each(['', ' ', 'k'.repeat(256), 'tab\there', 'naïve', ' a', 'a '])('refuses %j', (key) => {
    expect(() => idempotencyKey({ 'idempotency-key': key })).toThrow('1 to 255 printable');
  });

  it('is absent where the header is', () => {
    expect(idempotencyKey({})).toBeUndefined();
  });
});

describe('prefersAsync', () => {
  it.each(['respond-async', 'wait=10, respond-async', 'Respond-Async; x=1', 'return=minimal,respond-async'])(
    'sees it in %j',
    (prefer) => {
      expect(prefersAsync({ prefer })).toBe(true);
    },
  );

  it.each([undefined, '', 'wait=10', 'no-respond-async', 'x=respond-async'])('does not see it in %j', (prefer) => {
    expect(prefersAsync({ ...(prefer !== undefined && { prefer }) })).toBe(false);
  });
});

describe('traceHeaders', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('passes a valid parent and state on', () => {
    expect(traceHeaders({ traceparent, tracestate: 'vendor=1' })).toEqual({ traceparent, tracestate: 'vendor=1' });
    expect(traceHeaders({ traceparent })).toEqual({ traceparent });
  });

  it.each([
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
    '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
    `${traceparent}\r\nx: y`,
  ])('leaves out %j and its state', (wrong) => {
    expect(traceHeaders({ traceparent: wrong, tracestate: 'vendor=1' })).toEqual({});
  });

  it('leaves out a state that no header should carry', () => {
    expect(traceHeaders({ traceparent, tracestate: 'a'.repeat(513) })).toEqual({ traceparent });
  });
});
