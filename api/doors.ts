/** The two manners of answering: our own, and Alpaca's for its existing clients. */
export type Manner = 'short' | 'alpaca';

export interface Door {
  readonly name: Manner;
  readonly prefix: string;
  /** Whether a field we do not know is refused; Alpaca's own service ignores it. */
  readonly refusesUnknownFields: boolean;
  readonly createdStatus: 200 | 201;
  /** The status of a request whose fields or parameters say nothing. */
  readonly invalidStatus: 400 | 422;
}

/** The ways in to one core. Alpaca's trading and its market data refuse in different ways. */
export const DOORS = {
  short: {
    name: 'short',
    prefix: '',
    refusesUnknownFields: true,
    createdStatus: 201,
    invalidStatus: 400,
  },
  alpaca: {
    name: 'alpaca',
    prefix: '/v2',
    refusesUnknownFields: false,
    createdStatus: 200,
    invalidStatus: 422,
  },
  data: {
    name: 'alpaca',
    prefix: '/v2',
    refusesUnknownFields: false,
    createdStatus: 200,
    invalidStatus: 400,
  },
  newer: {
    name: 'alpaca',
    prefix: '/v3',
    refusesUnknownFields: false,
    createdStatus: 200,
    invalidStatus: 422,
  },
} as const satisfies Record<string, Door>;

export type DoorName = keyof typeof DOORS;

/** What no route of Alpaca's trading has in its path. */
const DATA_PATH = `${DOORS.data.prefix}/stocks`;

export function doorOfPath(path: string): Door {
  if (path.startsWith(`${DATA_PATH}/`)) return DOORS.data;
  if (path.startsWith(`${DOORS.newer.prefix}/`)) return DOORS.newer;
  return path.startsWith(`${DOORS.alpaca.prefix}/`) ? DOORS.alpaca : DOORS.short;
}
