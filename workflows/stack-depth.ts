/**
 * Loaded once in every sandbox, before its first workflow. The SDK takes a stack trace of each
 * promise for the call stack in the Temporal UI. Two of its frames are the SDK's own, two more name
 * the wait and the line of the workflow that waits; the other six of the usual ten cost a tenth of
 * what an order takes in the sandbox and say nothing more.
 */
Error.stackTraceLimit = 4;
