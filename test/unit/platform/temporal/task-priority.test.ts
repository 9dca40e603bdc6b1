import { taskPriority } from '../../../../platform/temporal/task-priority.ts';

describe("a tenant's place in a task queue", () => {
  it('is its priority, with the tenant as fairness key', () => {
    expect(taskPriority({ tenant: 'clinic', priority: 2, weight: 4 })).toEqual({
      priorityKey: 2,
      fairnessKey: 'clinic',
      fairnessWeight: 4,
    });
  });

  it('keeps within what Temporal takes for a key', () => {
    const { fairnessKey } = taskPriority({ tenant: 'klinik-'.repeat(20), priority: 3, weight: 1 });
    expect(Buffer.byteLength(fairnessKey ?? '')).toBe(64);
  });
});
