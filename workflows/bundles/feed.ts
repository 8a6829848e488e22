export { feedWorkflow } from '../feed';
