import { budgetId, periodStartMs, renewsAtMs } from '../../../../domain/budget/budget.ts';

const at = (iso: string): number => Date.parse(iso);

it.each([
  ['day', '2026-11-23T00:00:00.000Z', '2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z'],
  ['day', '2026-12-31T23:59:59.999Z', '2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['month', '2026-11-23T08:00:00Z', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
  ['month', '2026-12-01T00:00:00Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['month', '2028-02-29T12:00:00Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
] as const)('a %s at %s begins at %s and renews at %s, in UTC', (period, now, start, next) => {
  expect(periodStartMs(period, at(now))).toBe(at(start));
  expect(renewsAtMs(period, at(start))).toBe(at(next));
});

it('tells the budgets of tenants and keys apart, whatever their names', () => {
  const owners = [
    { kind: 'tenant', name: 'a' },
    { kind: 'key', name: 'a' },
    { kind: 'tenant', name: 'key:a' },
  ] as const;
  expect(new Set(owners.map((owner) => budgetId({ owner, period: 'day' }))).size).toBe(3);
});
