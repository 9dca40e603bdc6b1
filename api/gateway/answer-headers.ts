import type { Response } from 'express';
import type { RequestRecord } from '../../domain/request-record.ts';

/** Names come from the operator's file; what a header cannot carry is percent-encoded. */
function headerText(name: string): string {
  return /^[\x21-\x7e]+$/.test(name) ? name : encodeURIComponent(name);
}

export function setRequestId(res: Response, requestId: string): void {
  res.setHeader('x-request-id', requestId);
}

/** `attempts`: calls of models so far; 0 for an answer that was kept. */
export function setAttemptHeaders(res: Response, deployment: string, attempts: number): void {
  res.setHeader('x-gateway-deployment', headerText(deployment));
  res.setHeader('x-gateway-attempts', String(attempts));
  res.setHeader('x-gateway-cache', attempts === 0 ? 'hit' : 'miss');
}

/** What a settled request tells in its headers; the cost as a plain decimal, never `1e-7`. */
export function setSettledHeaders(res: Response, record: RequestRecord): void {
  const deployment = record.deployment ?? record.attempts.at(-1)?.deployment;
  const calls = record.attempts.filter(({ outcome }) => outcome !== 'cached').length;
  if (deployment !== undefined) setAttemptHeaders(res, deployment, calls);
  res.setHeader('x-gateway-cost-usd', (record.costMicroUsd / 1_000_000).toFixed(6));
}
