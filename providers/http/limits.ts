const mebibyte = 1024 * 1024;

/** Bounds on what a provider may send, after decompression; more is `provider_protocol`. */
export const maxAnswerBytes = 32 * mebibyte;
export const maxEventBytes = 1 * mebibyte;
/** All events of one stream together: framing makes them many times longer than the answer's text. */
export const maxStreamBytes = 256 * mebibyte;
/** Of an error's body; the rest is not read. */
export const maxErrorBodyBytes = 64 * 1024;

/** An error's status is worth more than its words: they are not waited for any longer. */
export const maxErrorBodyMs = 1000;
/** What follows the last finish reason (usage, `[DONE]`) is not waited for any longer, for the text is whole. */
export const maxAfterFinishMs = 2000;
