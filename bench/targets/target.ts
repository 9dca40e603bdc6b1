export const targetNames = ['direct', 'holdfast', 'portkey', 'litellm'] as const;
export type TargetName = (typeof targetNames)[number];

/** `answering` gives a short fixed answer at once; `metronome` streams tokens at a fixed pace. */
export const upstreamNames = ['answering', 'metronome'] as const;
export type UpstreamName = (typeof upstreamNames)[number];

/** Base URLs without a path, such as `http://127.0.0.1:9001`. */
export type UpstreamUrls = Record<UpstreamName, string>;

/** Where and how a target takes chat completions that it answers from one of the upstreams. */
export interface Endpoint {
  origin: string;
  path: string;
  headers: Record<string, string>;
  model: string;
}

/** A running target. */
export interface Target {
  name: TargetName;
  label: string;
  /** What it is made of, for the report: version, processes, what had to be changed. */
  about: string;
  endpoints: Record<UpstreamName, Endpoint>;
  stop(): Promise<void>;
}

/** @throws Error saying why the target cannot be had on this machine. */
export type StartTarget = (upstreams: UpstreamUrls) => Promise<Target>;

export const chatPath = '/v1/chat/completions';
