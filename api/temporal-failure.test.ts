import {
  ApplicationFailure,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { findRefusal, isRunGone } from './temporal-failure';

const refusal = ApplicationFailure.create({
  type: 'order_not_cancelable',
  message: 'The order is filled already',
  nonRetryable: true,
  details: [{ status: 'filled', count: 3 }],
});

test('a refusal of a handler is found under what the client wraps around it', () => {
  const found = findRefusal(new WorkflowUpdateFailedError('Workflow Update failed', refusal));
  expect(found).toMatchObject({
    code: 'order_not_cancelable',
    message: 'The order is filled already',
    details: { status: 'filled' },
  });
});

test.each([
  {
    name: 'a failure whose type is no code of ours',
    error: ApplicationFailure.create({ type: 'x' }),
  },
  { name: 'a missing run', error: new WorkflowNotFoundError('gone', 'order:1', undefined) },
  { name: 'nothing', error: undefined },
])('$name is no refusal', ({ error }) => {
  expect(findRefusal(error)).toBeNull();
});

test.each([
  {
    name: 'a missing run',
    error: new WorkflowNotFoundError('gone', 'order:1', undefined),
    gone: true,
  },
  {
    name: 'a run that closed under the update',
    error: new WorkflowUpdateFailedError(
      'failed',
      ApplicationFailure.create({ type: 'AcceptedUpdateCompletedWorkflow' }),
    ),
    gone: true,
  },
  { name: 'a refusal', error: new WorkflowUpdateFailedError('failed', refusal), gone: false },
])('$name: gone is $gone', ({ error, gone }) => {
  expect(isRunGone(error)).toBe(gone);
});
