import { askAgain, isUpdateLost } from './ask-again';

const lost = () =>
  Object.assign(new Error('Workflow Update failed'), {
    cause: Object.assign(
      new Error('9 FAILED_PRECONDITION: ... due to unexpected workflow task failure.'),
      { code: 9 },
    ),
  });

test.each([
  'Unable to perform workflow execution update due to unexpected workflow task failure.',
  'Unable to perform workflow execution update due to Workflow Task in failed state.',
])('an update is lost when the engine says: %s', (message) => {
  expect(isUpdateLost(new Error('Workflow Update failed', { cause: new Error(message) }))).toBe(
    true,
  );
});

test('an update that was lost with its workflow task is sent again until it is heard', async () => {
  const ask = jest.fn<Promise<string>, []>();
  ask.mockRejectedValueOnce(lost()).mockRejectedValueOnce(lost()).mockResolvedValueOnce('done');
  expect(await askAgain(ask)).toBe('done');
  expect(ask).toHaveBeenCalledTimes(3);
});

test('five times is enough', async () => {
  const ask = jest.fn<Promise<string>, []>().mockRejectedValue(lost());
  await expect(askAgain(ask)).rejects.toThrow('Workflow Update failed');
  expect(ask).toHaveBeenCalledTimes(5);
});

test('any other failure is answered at once', async () => {
  const ask = jest.fn<Promise<string>, []>().mockRejectedValue(new Error('not found'));
  await expect(askAgain(ask)).rejects.toThrow('not found');
  expect(ask).toHaveBeenCalledTimes(1);
});
