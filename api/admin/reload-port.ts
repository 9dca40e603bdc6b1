/** What a reload of the configuration came to. */
interface Reloaded {
  /** False: the file says what was in force already. */
  changed: boolean;
  /** What the operator wrote and this version does not do. */
  warnings: readonly string[];
}

export interface ConfigAdministration {
  /**
   * Reads the configuration file again, in every process. The answer is this process's.
   * @throws GatewayError `invalid_request` with the path of the wrong field; the configuration in force stays.
   */
  reload(): Promise<Reloaded>;
}
