import { SpendingExperience } from '../../../../domain/budget/experience.ts';

it('knows nothing of a kind until a request of it has cost something', () => {
  const experience = new SpendingExperience();
  experience.learn('auto', { worstMicroUsd: 100, costMicroUsd: 0 });
  experience.learn('other', { worstMicroUsd: 100, costMicroUsd: 10 });
  expect(experience.expectedMicroUsd('auto', 100)).toBeUndefined();
});

it('expects what the dearest of the last ones would have cost, exactly where requests are alike', () => {
  const experience = new SpendingExperience();
  for (const costMicroUsd of [7, 21, 14]) experience.learn('auto', { worstMicroUsd: 8_203, costMicroUsd });
  expect(experience.expectedMicroUsd('auto', 8_203)).toBe(21);
  expect(experience.expectedMicroUsd('auto', 16_406)).toBe(42);
  expect(experience.expectedMicroUsd('auto', 1)).toBe(1);
});

it('forgets what was long ago', () => {
  const experience = new SpendingExperience();
  experience.learn('auto', { worstMicroUsd: 100, costMicroUsd: 90 });
  for (let count = 0; count < 32; count++) experience.learn('auto', { worstMicroUsd: 100, costMicroUsd: 10 });
  expect(experience.expectedMicroUsd('auto', 100)).toBe(10);
});
