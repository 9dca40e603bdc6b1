import { runApp, type RunningApp } from './running-app.ts';

const chat = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] };
const id = 'req_00000000000000000000000000000001';
const address = `/v1/requests/${id}/feedback`;
let app: RunningApp;
beforeEach(async () => {
  app = await runApp();
  await app.post('/v1/chat/completions', chat);
});
afterEach(() => app.close());

describe('POST /v1/requests/{id}/feedback', () => {
  it.each([
    [{ score: 0.25 }, 0.25],
    [{ rating: 'up' }, 1],
    [{ rating: 'down', comment: 'It was about another parcel.' }, 0],
  ])('takes %j', async (body, score) => {
    const answer = await app.post(address, body);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ object: 'gateway.feedback', request_id: id, score });
    expect(app.gateway.feedback).toEqual([
      { requestId: id, score, ...('comment' in body && { comment: body.comment }) },
    ]);
  });

  it.each([{}, { score: 2 }, { score: '1' }, { rating: 'meh' }, { score: 1, rating: 'up' }, { score: 1, stars: 5 }])(
    'refuses %j',
    async (body) => {
      expect((await app.post(address, body)).status).toBe(400);
      expect(app.gateway.feedback).toEqual([]);
    },
  );

  it("is 404 for another tenant's request", async () => {
    const answer = await app.post(address, { rating: 'up' }, { authorization: 'Bearer key-b' });
    expect(answer.status).toBe(404);
  });
});
