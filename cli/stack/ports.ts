/** Which port each server of one home listens on: the same as last time if it can be had. */
import { connect, createServer } from 'node:net';
import { readJsonFile, writeJsonFile } from './json-file';

/** In the order in which they are chosen. */
export const DEFAULT_PORTS = {
  api: 8080,
  postgres: 15432,
  temporal: 7233,
  temporal_ui: 8233,
  api_metrics: 9464,
  order_worker_metrics: 9465,
  feed_worker_metrics: 9466,
  platform_worker_metrics: 9467,
  temporal_metrics: 9468,
} as const;

export type PortName = keyof typeof DEFAULT_PORTS;
export type Ports = Readonly<Record<PortName, number>>;

/** A server that did not get the port it wanted. */
export interface MovedPort {
  readonly name: PortName;
  readonly wanted: number;
  readonly port: number;
}

export const PORT_NAMES = Object.keys(DEFAULT_PORTS) as PortName[];
const HOST = '127.0.0.1';
const HIGHEST_PORT = 65_535;
const CONNECT_TIMEOUT_MS = 500;

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: HOST, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST, timeout: CONNECT_TIMEOUT_MS });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => {
      finish(true);
    });
    socket.once('timeout', () => {
      finish(false);
    });
    socket.once('error', () => {
      finish(false);
    });
  });
}

/** Whether nobody listens on this port of 127.0.0.1. */
export async function isPortFree(port: number): Promise<boolean> {
  // Some systems allow binding 127.0.0.1 beside a listener on all addresses; connecting tells.
  return (await canBind(port)) && !(await answers(port));
}

/** The first free port from `wanted` upwards that is not in `taken`. */
export async function findFreePort(wanted: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = wanted; port <= HIGHEST_PORT; port += 1) {
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  throw new Error(`no free port from ${wanted} upwards`);
}

/** Ports of the last `up` in this home, where it noted valid ones. */
export function readPorts(file: string): Partial<Ports> {
  const content = readJsonFile(file);
  if (typeof content !== 'object' || content === null) return {};
  const valid = Object.entries(content).filter(
    ([name, port]) =>
      name in DEFAULT_PORTS && Number.isInteger(port) && port > 0 && port <= HIGHEST_PORT,
  );
  return Object.fromEntries(valid);
}

export function writePorts(file: string, ports: Partial<Ports>): void {
  writeJsonFile(file, ports, 0o644);
}

/** Chooses a port for every name: the remembered one, else the default, else the next free. */
export async function choosePorts(
  remembered: Partial<Ports>,
): Promise<{ ports: Ports; moved: MovedPort[] }> {
  const taken = new Set<number>();
  const moved: MovedPort[] = [];
  const chosen: Partial<Record<PortName, number>> = {};
  for (const name of PORT_NAMES) {
    const wanted = remembered[name] ?? DEFAULT_PORTS[name];
    const port = await findFreePort(wanted, taken);
    if (port !== wanted) moved.push({ name, wanted, port });
    taken.add(port);
    chosen[name] = port;
  }
  return { ports: chosen as Ports, moved };
}
