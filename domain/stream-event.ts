/**
 * One entry of a request's event log: numbered from 1 without gaps, written before it is delivered, so what a client
 * saw is always in the log.
 *
 * - `attempt`: the chunks that follow come from this deployment; attempt 0 is an answer of it that was kept.
 * - `chunk`: JSON text of one `chat.completion.chunk`, as the client gets it.
 * - `restart`: the answer could not be continued; all text before is void and the chunks that follow begin anew.
 */
export type StreamEvent = { seq: number } & StreamEventBody;

export type StreamEventBody =
  | { kind: 'attempt'; deployment: string; attempt: number }
  | { kind: 'chunk'; json: string }
  | { kind: 'restart'; reason: string };
