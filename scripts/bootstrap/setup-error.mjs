/** A part of the set-up that could not be had, with what the user can do about it by hand. */
export class SetupError extends Error {
  /**
   * @param {string} missing what is missing, as one sentence
   * @param {string[]} byHand ways to give it by hand, each a sentence
   * @param {unknown} [cause]
   */
  constructor(missing, byHand, cause) {
    super(missing, { cause });
    this.name = 'SetupError';
    this.byHand = byHand;
  }

  /** The message for the terminal: what is missing, why, and the ways out. */
  explain() {
    const lines = [this.message];
    if (this.cause instanceof Error) lines.push(...this.cause.message.split('\n').map((line) => `  ${line}`));
    if (this.byHand.length > 0) lines.push('What you can do:', ...this.byHand.map((way) => `  - ${way}`));
    return lines.join('\n');
  }
}
