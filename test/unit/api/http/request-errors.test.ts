import { describeError, toErrorInfo } from '../../../../api/http/request-errors.ts';
import { GatewayError } from '../../../../domain/errors.ts';

function httpError(status: number, type?: string): Error {
  return Object.assign(new Error('canary'), { status, ...(type !== undefined && { type }) });
}

describe('toErrorInfo', () => {
  it('leaves a gateway error as it is', () => {
    const info = { type: 'overloaded', message: 'Full.', retryAfterMs: 5 } as const;
    expect(toErrorInfo(new GatewayError(info))).toBe(info);
  });

  it.each([
    [httpError(413, 'entity.too.large'), 'payload_too_large'],
    [httpError(415, 'encoding.unsupported'), 'unsupported_media_type'],
    [httpError(400, 'request.size.invalid'), 'invalid_request'],
    [httpError(400), 'invalid_request'],
    [httpError(503), 'internal_error'],
    [new TypeError('canary'), 'internal_error'],
    ['canary', 'internal_error'],
  ])('takes %s for %s and never repeats its words', (error, type) => {
    const info = toErrorInfo(error);
    expect(info.type).toBe(type);
    expect(info.message).not.toContain('canary');
  });
});

describe('describeError', () => {
  it('tells where an error was thrown but not what it says', () => {
    const error = Object.assign(new Error('line one canary\nline two canary'), { code: 'ECODE' });
    const described = describeError(error);
    expect(described).toMatchObject({ name: 'Error', code: 'ECODE' });
    expect(described.frames?.[0]).toMatch(/^at .*request-errors\.test\.ts/);
    expect(JSON.stringify(described)).not.toContain('canary');
    expect(describeError('canary')).toEqual({ name: 'string' });
  });
});
