/** EX_CONFIG of sysexits.h: starting again without a change would fail in the same way. */
export const configurationErrorExitCode = 78;
