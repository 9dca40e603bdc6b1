// CommonJS, because the SDK loads it with `require` both here and into the workflow bundle.
const { DefaultFailureConverter } = require('@temporalio/common');

/** Messages and stacks of failures are payloads too, and so are encrypted. */
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
