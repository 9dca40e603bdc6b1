/** How much is measured. Durations are per target and round. */
export interface Plan {
  name: 'full' | 'quick';
  warmUp: { requests: number; streams: number; connections: number };
  addedLatency: { rounds: number; gapMs: number };
  firstToken: { rounds: number; gapMs: number };
  throughput: { connections: readonly number[]; rounds: number; roundMs: number };
  pacedStreams: {
    /** Ascending; the search starts at `first` and goes up while it holds, else down. */
    levels: readonly number[];
    first: number;
    tokensPerSecond: number;
    tokens: number;
    /** A level is held when the 99th percentile of the tokens' lateness is below this and no stream is cut. */
    latenessLimitMs: number;
    /** How fast streams begin; the same at each level. */
    startsPerSecond: number;
  };
}

const pacedStreams = {
  levels: [8, 16, 32, 64],
  first: 32,
  tokensPerSecond: 20,
  latenessLimitMs: 50,
  startsPerSecond: 32,
} as const;

/** About five minutes with four targets. */
export const fullPlan: Plan = {
  name: 'full',
  warmUp: { requests: 200, streams: 40, connections: 16 },
  addedLatency: { rounds: 500, gapMs: 10 },
  firstToken: { rounds: 300, gapMs: 10 },
  throughput: { connections: [16, 64], rounds: 3, roundMs: 4_000 },
  pacedStreams: { ...pacedStreams, tokens: 200 },
};

/** About a minute and a half; its high percentiles are coarse. */
export const quickPlan: Plan = {
  name: 'quick',
  warmUp: { requests: 60, streams: 10, connections: 16 },
  addedLatency: { rounds: 120, gapMs: 10 },
  firstToken: { rounds: 60, gapMs: 10 },
  throughput: { connections: [16, 64], rounds: 1, roundMs: 2_000 },
  pacedStreams: { ...pacedStreams, tokens: 60 },
};
