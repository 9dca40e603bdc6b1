import { cutPage } from '../../../../api/gateway/requests.ts';
import type { RequestRecord } from '../../../../domain/request-record.ts';

const at = (...instants: number[]): RequestRecord[] =>
  instants.map((instant, index) => ({
    id: `req_${index}`,
    tenant: 't',
    modality: 'chat',
    alias: 'auto',
    stream: false,
    status: 'completed',
    createdAt: new Date(instant),
    attempts: [],
    costMicroUsd: 0,
  }));

const cut = (limit: number, ...instants: number[]) => {
  const { page, hasMore } = cutPage(at(...instants), limit);
  return { instants: page.map(({ createdAt }) => createdAt.getTime()), hasMore };
};

describe('cutPage', () => {
  it('is whole where no more records follow', () => {
    expect(cut(3, 9, 8, 7)).toEqual({ instants: [9, 8, 7], hasMore: false });
    expect(cut(3)).toEqual({ instants: [], hasMore: false });
  });

  it('is cut at the limit where another instant follows', () => {
    expect(cut(2, 9, 8, 7)).toEqual({ instants: [9, 8], hasMore: true });
  });

  it('ends before an instant that it would part', () => {
    expect(cut(2, 9, 8, 8)).toEqual({ instants: [9], hasMore: true });
  });

  it('is longer than the limit where one instant fills it', () => {
    expect(cut(2, 8, 8, 8)).toEqual({ instants: [8, 8, 8], hasMore: true });
  });
});
