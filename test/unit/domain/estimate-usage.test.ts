import { estimateUsage } from '../../../domain/estimate-usage.ts';

it('counts a picture as its tokens, not as the letters that carry it', () => {
  const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(100_000)}` } };
  const body = { model: 'm', messages: [{ role: 'user' as const, content: [picture] }] };
  const usage = estimateUsage(body, 'a cat');
  expect(usage).toEqual({ prompt_tokens: 769, completion_tokens: 2, total_tokens: 771 });
});
