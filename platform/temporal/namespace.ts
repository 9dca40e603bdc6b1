import type { NativeConnection } from '@temporalio/worker';
import proto from '@temporalio/proto';

const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
const secondsPerDay = 86_400;
const alreadyExists = 6;

/**
 * Makes sure of the namespace, with closed workflows kept for `retentionDays`, and of its search attributes, and waits
 * until the server takes both. Idempotent; several processes may do it at once.
 */
export async function ensureNamespace(
  connection: NativeConnection,
  namespace: string,
  options: { retentionDays: number; searchAttributes: readonly string[] },
): Promise<void> {
  const { workflowService, operatorService } = connection;
  await workflowService
    .registerNamespace({
      namespace,
      description: 'Requests of the Holdfast gateway',
      workflowExecutionRetentionPeriod: { seconds: (options.retentionDays * secondsPerDay) as never },
    })
    .catch(ignoreExisting);
  await waitUntil(async () => {
    await operatorService
      .addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(options.searchAttributes.map((name) => [name, keyword])),
      })
      .catch(ignoreExisting);
    // The frontend and the history service each learn of a namespace in their own time.
    const query = options.searchAttributes.map((name) => `${name} = 'none'`).join(' OR ');
    await workflowService.countWorkflowExecutions({ namespace, query });
    await workflowService
      .describeWorkflowExecution({ namespace, execution: { workflowId: 'none' } })
      .catch((error: Error) => {
        if (!error.message.includes('workflow not found')) throw error;
      });
    return true;
  });
}

function ignoreExisting(error: Error & { code?: number }): void {
  if (error.code !== alreadyExists && !error.message.includes('already exist')) throw error;
}

/** The namespace registry refreshes every few seconds; until then the server says it does not know the name. */
async function waitUntil(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const outcome = await condition().catch((error: unknown) => error);
    if (outcome === true) return;
    if (Date.now() > deadline) {
      throw new Error('The Temporal namespace did not become ready in 30 s.', { cause: outcome });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
