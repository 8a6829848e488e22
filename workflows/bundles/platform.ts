export { reconcileWorkflow } from '../reconcile';
