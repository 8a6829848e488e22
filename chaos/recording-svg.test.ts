import { renderRecording } from './recording-svg';

const lines = [
  { atMs: 500, text: '$ make demo' },
  { atMs: 9_000, text: '\u001b[1m> kill -9 <all> & go on\u001b[0m' },
  { atMs: 9_010, text: '  ok' },
];

test('markup is escaped and colours are classes', () => {
  const svg = renderRecording(lines);
  expect(svg).toContain('<tspan class="b">&gt; kill -9 &lt;all&gt; &amp; go on</tspan>');
  expect(svg).not.toContain('\u001b');
});

test('pauses are cut short and lines of one moment appear together', () => {
  const svg = renderRecording(lines);
  // 0.5 s, at most 1.5 s of nothing, and the end stands 12 s.
  expect(svg).toContain('animation:14010ms');
  expect(svg.match(/@keyframes s\d/g)).toHaveLength(2);
});

test('a line that is longer than the terminal is wide is wrapped and keeps its colour', () => {
  const svg = renderRecording([{ atMs: 1, text: `\u001b[90m${'x'.repeat(100)}\u001b[0m` }]);
  expect(svg).toContain(`<tspan class="d">${'x'.repeat(80)}</tspan>`);
  expect(svg).toContain(`<tspan class="d">${'x'.repeat(20)}</tspan>`);
});
