const requestId = /req_[0-9a-f]{32}/;

/** The request that a workflow works for: each one's id is a request's id, or has it within. */
export function requestIdIn(workflowId: string): string | undefined {
  return requestId.exec(workflowId)?.[0];
}
