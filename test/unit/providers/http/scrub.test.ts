import { scrub } from '../../../../providers/http/scrub.ts';
import { upstreamDeployment } from '../../../doubles/chat-call.ts';

const { provider } = upstreamDeployment({ url: 'http://127.0.0.1:9' }, 'openai', {
  apiKey: 'plain-words-key',
  headers: { 'x-team': 'team-secret', 'x-on': '1' },
});

it.each([
  ['key plain-words-key is wrong', 'key [secret] is wrong'],
  ['team-secret and 1 are wrong', '[secret] and 1 are wrong'],
  ['Incorrect API key provided: sk-proj-********************aB3d.', 'Incorrect API key provided: [secret]'],
  ['sk-ant-api03-abcDEF_123 is revoked', '[secret] is revoked'],
  ['AIzaSyA1234567890abcdefg is not valid', '[secret] is not valid'],
  ['Authorization: Bearer eyJhbGciOi.xyz was refused', 'Authorization: Bearer [secret] was refused'],
  ['/v1/models?key=abcdefgh12345678', '/v1/models?key= [secret]'],
  ['line one\n\tline two', 'line one line two'],
])('makes %j fit to show', (message, shown) => {
  expect(scrub(message, provider)).toBe(shown);
});

it('leaves ordinary words alone', () => {
  const message = 'The task-oriented model risk-free-1 does not support temperature 2.';
  expect(scrub(message, provider)).toBe(message);
});

it('shortens a long message', () => {
  expect(scrub('x '.repeat(2000), provider)).toHaveLength(500);
});
