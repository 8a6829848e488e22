import { randomInt } from 'node:crypto';
import { findFreePort, PORT_NAMES, type Ports } from '../../cli/stack/ports';

// Below the range from which systems take the ports of outgoing connections, so that none of
// those takes a port between its choice and its use; random, so that runs side by side differ.
const LOWEST = 20_000;
const HIGHEST = 31_000;

export async function findTestPort(taken = new Set<number>()): Promise<number> {
  const port = await findFreePort(randomInt(LOWEST, HIGHEST), taken);
  taken.add(port);
  return port;
}

/** A free port for every server of a complete Everfill. */
export async function findTestPorts(): Promise<Ports> {
  const taken = new Set<number>();
  const entries: [string, number][] = [];
  for (const name of PORT_NAMES) entries.push([name, await findTestPort(taken)]);
  return Object.fromEntries(entries) as Ports;
}
