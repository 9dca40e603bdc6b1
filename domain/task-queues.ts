/** Task queues by what their workers can do. */
export const taskQueues = { gateway: 'gateway' } as const;
