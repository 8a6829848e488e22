/**
 * Places where a drill may end a process: after a step's transaction is durable and before anybody
 * is told, and between an answer and its client. Off, they are not there at all.
 */
import { existsSync, readFileSync, realpathSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Every place, as drills name it: `<step>.started`, `<step>.done`, `<route>.answering`. */
export const FAULT_POINTS = [
  'acceptOrder.started',
  'acceptOrder.done',
  'requestCancel.done',
  'requestReplace.done',
  'settleExecutions.started',
  'settleExecutions.done',
  'publish.done',
  'postOrder.answering',
] as const;
export type FaultPointName = (typeof FAULT_POINTS)[number];

/** Called by a process when it passes a place. */
export type FaultPoint = (name: string) => void;

/** What a process has outside a drill; the wrappers below return their argument for it. */
export const NO_FAULT: FaultPoint = () => undefined;

/** The content of the file that `EVERFILL_DRILL` names. */
export const DRILL_TOKEN = 'this Everfill is for drills: its processes may be ended anywhere\n';

/** Where a drill arms a place: the file's content is how often it is passed before it strikes. */
export const armedFile = (tokenFile: string, name: FaultPointName): string =>
  path.join(path.dirname(tokenFile), `armed-${name}`);

/**
 * @returns `NO_FAULT` unless this process belongs to a drill.
 * @throws Error when `EVERFILL_DRILL` is set and anything is missing of what tells a drill from a
 *   real broker: a token inside the home, and a database of this machine. The process must not run.
 */
export function openFaultPoints(environment: NodeJS.ProcessEnv): FaultPoint {
  const tokenFile = environment['EVERFILL_DRILL'];
  if (tokenFile === undefined || tokenFile === '') return NO_FAULT;
  const problem = findProblem(tokenFile, environment);
  if (problem !== null) throw new Error(`EVERFILL_DRILL: ${problem}`);
  return (name) => strike(armedFile(tokenFile, name as FaultPointName));
}

function findProblem(tokenFile: string, environment: NodeJS.ProcessEnv): string | null {
  const { EVERFILL_HOME: home = '', DATABASE_URL: databaseUrl = '' } = environment;
  if (!existsSync(tokenFile)) return `there is no ${tokenFile}`;
  if (home === '' || !existsSync(home)) return 'EVERFILL_HOME is not set';
  const inside = path.relative(realpathSync(home), realpathSync(tokenFile));
  if (inside.startsWith('..') || path.isAbsolute(inside)) return 'its file is not in EVERFILL_HOME';
  if (readFileSync(tokenFile, 'utf8') !== DRILL_TOKEN) return 'its file is not a drill token';
  const host = URL.canParse(databaseUrl) ? new URL(databaseUrl).hostname : '';
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host)) return 'the database is not local';
  return null;
}

/** Ends this process if the place is armed and its last pass is due; only one process ever does. */
function strike(file: string): void {
  let passes: number;
  try {
    passes = Number(readFileSync(file, 'utf8'));
  } catch {
    return;
  }
  if (passes > 0) {
    writeFileSync(file, String(passes - 1));
    return;
  }
  try {
    unlinkSync(file);
  } catch {
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal arrives between two instructions of ours; none of them may be the next step.
  for (;;);
}

type Step = (input: never) => Promise<unknown>;

/** Puts a place before and after each step; the very same object comes back when off. */
export function withFaultPoints<Steps extends object>(faultPoint: FaultPoint, steps: Steps): Steps {
  if (faultPoint === NO_FAULT) return steps;
  const wrapped = Object.entries(steps as Record<string, Step>).map(([name, step]) => [
    name,
    async (input: never) => {
      faultPoint(`${name}.started`);
      const result = await step(input);
      faultPoint(`${name}.done`);
      return result;
    },
  ]);
  return Object.fromEntries(wrapped) as Steps;
}

interface Request {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}
interface Response {
  writeHead: (...args: never[]) => unknown;
}
type Handler = (request: Request, response: Response) => unknown;

/** Puts a place before the answer to an order; the very same handler comes back when off. */
export function withAnswerFaultPoint<Own>(faultPoint: FaultPoint, handler: Own): Own {
  if (faultPoint === NO_FAULT) return handler;
  const faulty: Handler = (request, response) => {
    if (request.method === 'POST' && /^(?:\/v2)?\/orders\b/.test(request.url ?? '')) {
      const writeHead = response.writeHead.bind(response);
      response.writeHead = (...args) => {
        faultPoint('postOrder.answering');
        return writeHead(...args);
      };
    }
    return (handler as Handler)(request, response);
  };
  return faulty as Own;
}
