import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';

/**
 * The two ways to the Temporal server: `native` carries the worker and eager starts; `plain` carries what must be
 * possible to give up on (its calls take an AbortSignal), such as describe, cancel and reset.
 */
export interface TemporalConnections {
  native: NativeConnection;
  starter: Client;
  operator: Client;
  close(): Promise<void>;
}

export async function connectTemporal(options: {
  address: string;
  namespace: string;
  dataConverter: DataConverter;
}): Promise<TemporalConnections> {
  const { address, namespace, dataConverter } = options;
  const native = await NativeConnection.connect({ address });
  const plain = Connection.lazy({ address });
  return {
    native,
    starter: new Client({ connection: native, namespace, dataConverter }),
    operator: new Client({ connection: plain, namespace, dataConverter }),
    close: async () => {
      await plain.close();
      await native.close();
    },
  };
}
