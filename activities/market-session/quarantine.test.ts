import { createQuarantine } from './quarantine';

test('a step that fails is taken apart until one command is found guilty', () => {
  const quarantine = createQuarantine();
  expect(quarantine.limit('SPY', 500)).toBe(500);
  quarantine.blame('SPY', ['1', '2', '3'], 'bad');
  expect(quarantine.limit('SPY', 500)).toBe(1);
  expect(quarantine.limit('AAPL', 500)).toBe(500);
  quarantine.clear('SPY', ['1']);
  quarantine.blame('SPY', ['2'], 'bad');
  expect(quarantine.problemOf('2')).toBe('bad');
  expect(quarantine.problemOf('3')).toBeUndefined();
  expect(quarantine.limit('SPY', 500)).toBe(500);
});

test('when every suspect was stored alone after all, nothing is held against them', () => {
  const quarantine = createQuarantine();
  quarantine.blame('SPY', ['1', '2'], 'bad');
  quarantine.clear('SPY', ['1']);
  quarantine.clear('SPY', ['2']);
  expect(quarantine.limit('SPY', 500)).toBe(500);
});

test('a step without commands leaves nobody to blame', () => {
  const quarantine = createQuarantine();
  quarantine.blame('SPY', [], 'bad');
  expect(quarantine.limit('SPY', 500)).toBe(500);
});
