import { parseLiveFeeds } from './live-feeds';

const KEYS = { LIVE_PRICES_KEY_ID: 'AK1', LIVE_PRICES_SECRET_KEY: 'secret' };

test('each symbol of the list is a feed, once', () => {
  expect(parseLiveFeeds('NVDA,BRK.B,NVDA', KEYS).map(({ symbol }) => symbol)).toEqual([
    'NVDA',
    'BRK.B',
  ]);
  expect(parseLiveFeeds(undefined, {})).toEqual([]);
});

test.each([
  { list: 'nvda', environment: KEYS, problem: /'nvda' is no symbol/ },
  { list: 'NVDA,', environment: KEYS, problem: /'' is no symbol/ },
  {
    list: 'NVDA',
    environment: {},
    problem: /needs LIVE_PRICES_KEY_ID and LIVE_PRICES_SECRET_KEY/,
  },
  {
    list: 'NVDA',
    environment: { LIVE_PRICES_KEY_ID: 'AK1' },
    problem: /needs LIVE_PRICES_SECRET_KEY$/,
  },
])('$list is refused: $problem', ({ list, environment, problem }) => {
  expect(() => parseLiveFeeds(list, environment)).toThrow(problem);
});
