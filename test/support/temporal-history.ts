import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { temporalAddress } from './gateway-fixture.ts';
import { eventually } from './poll.ts';

const { EventType } = proto.temporal.api.enums.v1;

export interface SeenHistory {
  events: string[];
  /** What the Temporal UI shows beside the request and its steps. */
  summaries: string[];
  searchAttributes: Record<string, string[]>;
  /** The whole history as the server has it, for looking for what must not be there. */
  raw: string;
}

/** A closed workflow's history, as somebody without keys sees it. */
export async function fetchHistory(namespace: string, workflowId: string): Promise<SeenHistory> {
  const connection = await Connection.connect({ address: temporalAddress() });
  try {
    const execution = { workflowId };
    const info = await eventually(`the end of ${workflowId}`, async () => {
      const described = await connection.workflowService.describeWorkflowExecution({ namespace, execution });
      return described.workflowExecutionInfo?.closeTime ? described.workflowExecutionInfo : undefined;
    });
    const { history } = await connection.workflowService.getWorkflowExecutionHistory({ namespace, execution });
    const events = history?.events ?? [];
    const fields = Object.entries(info.searchAttributes?.indexedFields ?? {});
    return {
      events: events.map(({ eventType }) => EventType[eventType ?? 0] ?? ''),
      summaries: events.flatMap(({ userMetadata }) => {
        const data = userMetadata?.summary?.data;
        return data ? [JSON.parse(Buffer.from(data).toString()) as string] : [];
      }),
      searchAttributes: Object.fromEntries(
        fields.map(([name, { data }]) => [name, [JSON.parse(Buffer.from(data ?? []).toString())].flat()]),
      ),
      raw: events
        .map((event) =>
          Buffer.from(proto.temporal.api.history.v1.HistoryEvent.encode(event).finish()).toString('latin1'),
        )
        .join(),
    };
  } finally {
    await connection.close();
  }
}
