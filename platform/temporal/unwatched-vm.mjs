/**
 * `node --import` this: workflow code then runs without Node's watchdog. The SDK gives each call into a workflow's
 * sandbox a timeout, for which Node starts and joins a thread: 180 µs instead of 2, some 25 times a request
 * (docs/adr/0008). What it would catch, an endless loop in workflow code, is caught by tests and golden histories; in
 * production Temporal's workflow-task timeout would report it.
 */
import vm from 'node:vm';

const runInContext = vm.Script.prototype.runInContext;

vm.Script.prototype.runInContext = function runWithoutWatchdog(context, options) {
  const { timeout: _watched, ...others } = typeof options === 'object' ? options : {};
  return runInContext.call(this, context, others);
};
