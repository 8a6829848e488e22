import { createCommitWatch } from './postgres-wire';

const message = (type: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const text = (...words: string[]): Buffer => Buffer.from(words.map((word) => `${word}\0`).join(''));
const greeting = message('', text('user', 'everfill', ''));
const query = (sql: string): Buffer => message('Q', text(sql));
const parse = (name: string, sql: string): Buffer => message('P', text(name, sql));
const bind = (name: string): Buffer => message('B', text('', name));
const complete = (tag: string): Buffer => message('C', text(tag));
const ready = (state: 'I' | 'T'): Buffer => message('Z', Buffer.from(state));

function open() {
  const watch = createCommitWatch();
  watch.sent(greeting);
  watch.received(ready('I'));
  return watch;
}

test('a write outside a transaction is durable with its own answer', () => {
  const watch = open();
  watch.sent(query('insert into orders values (1)'));
  expect(watch.received(complete('INSERT 0 1'))).toBe(true);
});

test('inside a transaction only its commit is', () => {
  const watch = open();
  watch.sent(query('begin'));
  expect(watch.received(Buffer.concat([complete('BEGIN'), ready('T')]))).toBe(false);
  watch.sent(query('update orders set status = 1'));
  expect(watch.received(Buffer.concat([complete('UPDATE 1'), ready('T')]))).toBe(false);
  watch.sent(query('commit'));
  expect(watch.received(Buffer.concat([complete('COMMIT'), ready('I')]))).toBe(true);
});

test('a transaction that wrote nothing has nothing to lose', () => {
  const watch = open();
  watch.sent(query('begin'));
  watch.received(Buffer.concat([complete('BEGIN'), ready('T')]));
  watch.sent(query('commit'));
  expect(watch.received(Buffer.concat([complete('COMMIT'), ready('I')]))).toBe(false);
});

test('a prepared statement is known by its name, and its select by the writes inside', () => {
  const watch = open();
  watch.sent(parse('one', 'with new as (insert into holds values (1)) select 1'));
  watch.sent(parse('two', 'select 1'));
  watch.sent(bind('two'));
  expect(watch.received(Buffer.concat([complete('SELECT 1'), ready('I')]))).toBe(false);
  watch.sent(bind('one'));
  expect(watch.received(Buffer.concat([complete('SELECT 1'), ready('I')]))).toBe(true);
});

test('messages may arrive in pieces of any size', () => {
  const watch = createCommitWatch();
  for (const byte of Buffer.concat([greeting, query('delete from holds')])) {
    watch.sent(Buffer.from([byte]));
  }
  const answers = [...complete('DELETE 1')].map((byte) => watch.received(Buffer.from([byte])));
  expect(answers.at(-1)).toBe(true);
  expect(answers.filter(Boolean)).toHaveLength(1);
});
