import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { signedHeaders } from '../../../../platform/webhooks/sign.ts';

const secret = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const body = JSON.stringify({ type: 'request.completed', data: { text: 'Grüße 王小明' } });

describe('a signed webhook', () => {
  it('is verified by the library of Standard Webhooks with each of its secrets', () => {
    const headers = signedHeaders({ id: 'msg_1', sentAt: new Date(), body }, [secret(1), secret(2)]);
    for (const byte of [1, 2]) expect(new Webhook(secret(byte)).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it('is refused with another secret, another body, another id or an old time', () => {
    const headers = signedHeaders({ id: 'msg_1', sentAt: new Date(), body }, [secret(1)]);
    const verifier = new Webhook(secret(1));
    expect(() => new Webhook(secret(3)).verify(body, headers)).toThrow(WebhookVerificationError);
    expect(() => verifier.verify(`${body} `, headers)).toThrow(WebhookVerificationError);
    expect(() => verifier.verify(body, { ...headers, 'webhook-id': 'msg_2' })).toThrow(WebhookVerificationError);
    const old = signedHeaders({ id: 'msg_1', sentAt: new Date(Date.now() - 3_600_000), body }, [secret(1)]);
    expect(() => verifier.verify(body, old)).toThrow(WebhookVerificationError);
  });

  it('has the signature of the specification', () => {
    const known = signedHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', sentAt: new Date(1_614_265_330_000), body: '{"test": 2432232314}' },
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    );
    expect(known['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});
