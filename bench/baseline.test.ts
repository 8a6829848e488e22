import { type Baseline, findDrops, readBaseline } from './baseline';

const BASELINE: Baseline = {
  lives: { value: 0.5, better: 'higher', margin: 0.2 },
  events: { value: 15, better: 'lower', margin: 0.2 },
};

test.each([
  { title: 'at the baseline', figures: { lives: 0.5, events: 15 }, drops: [] },
  { title: 'better than it', figures: { lives: 0.9, events: 9 }, drops: [] },
  { title: 'worse within the margin', figures: { lives: 0.41, events: 17.9 }, drops: [] },
  { title: 'a ratio that fell', figures: { lives: 0.39, events: 15 }, drops: ['lives'] },
  { title: 'a count that rose', figures: { lives: 0.5, events: 18.1 }, drops: ['events'] },
  { title: 'a figure that was not measured', figures: { events: 15 }, drops: [] },
])('$title: $drops', ({ figures, drops }) => {
  expect(findDrops(BASELINE, figures).map(({ name }) => name)).toEqual(drops);
});

test('the committed baseline expects something of every figure it names', () => {
  const expectations = Object.values(readBaseline());
  expect(expectations.length).toBeGreaterThan(5);
  for (const { value, better, margin } of expectations) {
    expect(value).toBeGreaterThan(0);
    expect(['higher', 'lower']).toContain(better);
    expect(margin).toBeGreaterThanOrEqual(0);
    // A fall by 1 would be a fall to nothing; a rise may be allowed to double.
    expect(margin).toBeLessThan(better === 'higher' ? 1 : 1.01);
  }
});
