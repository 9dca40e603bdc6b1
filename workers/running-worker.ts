import type { Worker } from '@temporalio/worker';

/** A Temporal worker from its start to its end. */
export class RunningWorker {
  readonly #worker: Worker;
  readonly ended: Promise<void>;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.ended = worker.run();
    // Its failure is seen by whoever awaits `ended`; a failure before that must not end the process by itself.
    this.ended.catch(() => undefined);
  }

  /** @throws Error where the worker takes no tasks. */
  assertPolling(): void {
    const state = this.#worker.getState();
    if (state !== 'RUNNING') throw new Error(`the worker is ${state.toLowerCase()}`);
  }

  async stop(): Promise<void> {
    if (this.#worker.getState() === 'RUNNING') this.#worker.shutdown();
    await this.ended;
  }
}
