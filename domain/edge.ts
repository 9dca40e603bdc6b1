/** What is asked of every caller at the edge, from `edge` of the configuration file. */
export interface EdgeRules {
  /** Ranges of addresses that may come in at all. Left out: all. */
  allowIps?: readonly string[];
  /** Most pixels that an image within a request may declare. */
  maxImagePixels: number;
  webhooks: {
    /** Webhooks may go to this machine and its network, and over plain http. For tests and development. */
    allowPrivate: boolean;
  };
}

/** How much may be asked for, over all processes; what is left out is not limited. */
export interface RateLimits {
  /** Requests a minute. */
  rpm?: number;
  /** Requests at a time. */
  concurrency?: number;
}
