export { accountResetWorkflow } from '../account-reset';
export { reconcileWorkflow } from '../reconcile';
