export { orderWorkflow } from '../order';
