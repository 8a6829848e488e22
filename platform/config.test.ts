import { parseConfig } from './config';

const BASE = { DATABASE_URL: 'postgresql://localhost/x' };
const KEYS = { LIVE_PRICES_KEY_ID: 'AK1', LIVE_PRICES_SECRET_KEY: 'secret' };

test('without keys there are no live prices', () => {
  expect(parseConfig(BASE).livePrices).toBeNull();
});

test('with both keys they come from the real stream unless another is named', () => {
  const url = 'ws://127.0.0.1:1/v2/iex';
  expect(parseConfig({ ...BASE, ...KEYS }).livePrices?.url).toMatch(/^wss:.*\/v2\/iex$/);
  expect(parseConfig({ ...BASE, ...KEYS, LIVE_PRICES_URL: url }).livePrices).toEqual({
    url,
    keyId: 'AK1',
    secret: 'secret',
  });
});

test.each([
  { name: 'one key alone', more: { LIVE_PRICES_KEY_ID: 'AK1' }, problem: /LIVE_PRICES_SECRET_KEY/ },
  { name: 'the other', more: { LIVE_PRICES_SECRET_KEY: 'x' }, problem: /LIVE_PRICES_KEY_ID/ },
  { name: 'a page', more: { ...KEYS, LIVE_PRICES_URL: 'https://x' }, problem: /LIVE_PRICES_URL/ },
])('$name stops the start and says what is wrong', ({ more, problem }) => {
  expect(() => parseConfig({ ...BASE, ...more })).toThrow(problem);
});
