import { isOutage, OutageError } from './outage';

const withCode = (code: string | number, message = 'x') =>
  Object.assign(new Error(message), { code });
const named = (name: string, cause?: unknown) => Object.assign(new Error('x', { cause }), { name });

describe('isOutage', () => {
  test.each([
    { name: 'a refused connection', error: withCode('ECONNREFUSED') },
    { name: 'addresses that all refuse', error: new AggregateError([withCode('ECONNREFUSED')]) },
    { name: 'a database that shuts down', error: withCode('57P01') },
    { name: 'a cancelled statement', error: withCode('57014') },
    { name: 'a deadlock', error: withCode('40P01') },
    { name: 'too many connections', error: withCode('53300') },
    { name: 'a full disk', error: withCode('53100') },
    { name: 'a read-only standby', error: withCode('25006') },
    { name: 'a cut connection', error: new Error('Connection terminated unexpectedly') },
    { name: 'a full pool', error: new Error('timeout exceeded when trying to connect') },
    { name: 'a query that does not return', error: new Error('Query read timeout') },
    { name: 'an engine that is away', error: named('ServiceError', withCode(14)) },
    { name: 'a passed deadline', error: named('WorkflowUpdateRPCTimeoutOrCancelledError') },
    { name: 'our own word for it', error: new OutageError('x', 'no', undefined) },
  ])('$name is an outage', ({ error }) => {
    expect(isOutage(error)).toBe(true);
  });

  test.each([
    { name: 'a broken constraint', error: withCode('23514') },
    { name: 'a wrong statement', error: withCode('42601') },
    { name: 'an argument the engine refuses', error: named('ServiceError', withCode(3)) },
    { name: 'a type error', error: new TypeError('x is not a function') },
    { name: 'something thrown that is no error', error: 'no' },
  ])('$name is not', ({ error }) => {
    expect(isOutage(error)).toBe(false);
  });
});
