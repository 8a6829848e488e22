/** The two ways in to one core: our own short paths, and Alpaca's for its existing clients. */
export type DoorName = 'short' | 'alpaca';

export interface Door {
  readonly name: DoorName;
  readonly prefix: string;
  /** Whether a field we do not know is refused; Alpaca's own service ignores it. */
  readonly refusesUnknownFields: boolean;
  readonly createdStatus: 200 | 201;
}

export const DOORS = {
  short: { name: 'short', prefix: '', refusesUnknownFields: true, createdStatus: 201 },
  alpaca: { name: 'alpaca', prefix: '/v2', refusesUnknownFields: false, createdStatus: 200 },
} as const satisfies Record<DoorName, Door>;
