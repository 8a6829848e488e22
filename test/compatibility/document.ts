import { SHAPES } from './shapes';
import { readStepFiles } from './step';
import { readVerdicts, type Row } from './verdicts';

const HEAD = `# Compatibility with Alpaca

Existing clients of Alpaca's Trading and Market Data APIs need another base URL and a key pair of
Everfill, nothing else: \`trading.Configuration({ basePath, keyId, secret })\` in TypeScript,
\`url_override\` in Python, \`BaseURL\` in Go. The socket of an account is \`/stream\`, that of
market data is \`/v2/iex\`.

This page is written by \`npm run gen:compatibility\` from the list of what Alpaca's own TypeScript
client can ask for and the steps in \`test/compatibility/cases/\`, which that client and plain HTTP
take against a whole broker in every test run. A row that says *works* or *differs* was asked for
and answered as the steps say. A client in another language can follow the same steps with a base
URL and a key pair: \`test/compatibility/cases/README.md\` says how.
`;

/** The text of docs/compatibility.md, before it is formatted. */
export function buildDocument(): string {
  const rows = readVerdicts();
  const areas = [...new Set(rows.map(({ area }) => area))];
  const steps = readStepFiles().flatMap((file) => file.steps);
  return [
    HEAD,
    `${steps.length} steps; ${count(rows, 'works')} rows work, ${count(rows, 'differs')} differ, ` +
      `${count(rows, 'not offered')} are not offered.\n`,
    ...areas.flatMap((area) => [
      `## ${area}\n`,
      ...table(
        ['', 'verdict', 'how, and why'],
        rows
          .filter((row) => row.area === area)
          .map((row) => [nameOf(row), emphasize(row.verdict), row.note]),
      ),
    ]),
    '## Fields of answers\n',
    'Every field that the client declares is there, with the kind it declares, except:\n',
    ...table(['field', 'why'], missingFields()),
    'Null in every answer: `expires_at` and `ratio_qty` of an order, `cusip` of an asset.\n',
    'Beside them: `reason` and `errors` of a problem; `reject_reason`, `close_reason`, `post_only`',
    'and `self_trade_prevention` of an order; `sequence` and `event_id` of a trade update;',
    '`trading_state` and `cash_held` of the account; `realized_pl` of a position. \n',
  ].join('\n');
}

const count = (rows: readonly Row[], verdict: Row['verdict']): number =>
  rows.filter((row) => row.verdict === verdict).length;

const emphasize = (verdict: Row['verdict']): string =>
  verdict === 'works' ? verdict : `**${verdict}**`;

/** The endpoint alone stands at the margin; what belongs to it is short. */
function nameOf({ what }: Row): string {
  if (!/^[A-Z]+ \//.test(what)) return what;
  const [, rest] =
    /^\w+ \/[^?]*?\?(\w+)$/.exec(what) ?? /^\w+ \/[^.]*\.(\w+(?:=\w*)?)$/.exec(what) ?? [];
  return rest === undefined ? `\`${what}\`` : `– \`${rest}\``;
}

function missingFields(): string[][] {
  return Object.entries(SHAPES).flatMap(([shape, fields]) =>
    Object.entries(fields).flatMap(([field, kind]) =>
      kind.startsWith('never: ') ? [[`\`${shape}.${field}\``, kind.slice('never: '.length)]] : [],
    ),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
