/**
 * Loaded before a worker by a drill: the worker runs the workflow code that
 * `EVERFILL_DRILL_WORKFLOWS` names instead of its own, as after a deployment of it.
 */
import { Worker, type WorkerOptions } from '@temporalio/worker';

const create = Worker.create.bind(Worker);
const codePath = process.env['EVERFILL_DRILL_WORKFLOWS'] ?? '';

Worker.create = (options: WorkerOptions) => create({ ...options, workflowBundle: { codePath } });
