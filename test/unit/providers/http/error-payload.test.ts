import { errorPayload } from '../../../../providers/http/error-payload.ts';

it.each([
  [
    'OpenAI',
    { error: { message: 'm', type: 'tokens', param: null, code: 'rate_limit_exceeded' } },
    { message: 'm', words: ['tokens', 'rate_limit_exceeded'] },
  ],
  [
    'Anthropic',
    { type: 'error', error: { type: 'overloaded_error', message: 'm' } },
    { message: 'm', words: ['overloaded_error'] },
  ],
  [
    'Google',
    { error: { code: 503, message: 'm', status: 'UNAVAILABLE' } },
    { message: 'm', words: ['UNAVAILABLE'], status: 503 },
  ],
  [
    'Google, in a list',
    [{ error: { code: 503, message: 'm', status: 'UNAVAILABLE' } }],
    { message: 'm', words: ['UNAVAILABLE'], status: 503 },
  ],
  ['Ollama', { error: 'm' }, { message: 'm', words: [] }],
  [
    'vLLM',
    { object: 'error', message: 'm', type: 'BadRequestError', code: 400 },
    { message: 'm', words: ['BadRequestError'], status: 400 },
  ],
  ['FastAPI', { detail: 'm' }, { message: 'm', words: [] }],
  ['nobody', 'm', { words: [] }],
  ['nobody at all', undefined, { words: [] }],
])('reads the error of %s', (_vendor, body, payload) => {
  expect(errorPayload(body)).toEqual(payload);
});
