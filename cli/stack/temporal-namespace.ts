/** Whether a Temporal server is ready for us: reachable, namespace there, attributes known. */
import { Connection } from '@temporalio/client';

/** Name to type, as in `workflows/contract.ts`. */
export type SearchAttributes = Readonly<Record<string, 'Keyword'>>;

export interface NamespaceAddress {
  readonly address: string;
  readonly namespace: string;
}

/** `INDEXED_VALUE_TYPE_KEYWORD` of temporal.api.enums.v1. */
const KEYWORD = 2;
const CONNECT_TIMEOUT_MS = 2_000;
const CALL_TIMEOUT_MS = 5_000;

async function withConnection<T>(
  address: string,
  action: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: CONNECT_TIMEOUT_MS });
  try {
    return await connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () => action(connection));
  } finally {
    await connection.close();
  }
}

/**
 * The search attributes that the namespace does not know yet; empty when all is there.
 *
 * @throws What the client throws when the server or the namespace cannot be reached.
 */
export async function findMissingSearchAttributes(
  { address, namespace }: NamespaceAddress,
  wanted: SearchAttributes,
): Promise<string[]> {
  return withConnection(address, async (connection) => {
    await connection.workflowService.describeNamespace({ namespace });
    const known = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.keys(wanted).filter((name) => Number(known.customAttributes[name]) !== KEYWORD);
  });
}

/** Adds search attributes to a namespace of a server that is ours to change. */
export async function addSearchAttributes(
  { address, namespace }: NamespaceAddress,
  names: readonly string[],
): Promise<void> {
  const searchAttributes = Object.fromEntries(names.map((name) => [name, KEYWORD]));
  await withConnection(address, (connection) =>
    connection.operatorService.addSearchAttributes({ namespace, searchAttributes }),
  );
}

/** The commands that add missing search attributes, one a line. */
function explainMissingAttributes(
  { address, namespace }: NamespaceAddress,
  names: readonly string[],
): string {
  const commands = names.map(
    (name) =>
      `  temporal operator search-attribute create --address ${address} ` +
      `--namespace ${namespace} --name ${name} --type Keyword`,
  );
  const intro = `the Temporal namespace ${namespace} at ${address} lacks search attributes; run:`;
  return [intro, ...commands].join('\n');
}

/**
 * Checks a server that is not ours.
 *
 * @throws Error saying what to do when it cannot be reached or lacks something.
 */
export async function checkExternalNamespace(
  where: NamespaceAddress,
  wanted: SearchAttributes,
): Promise<void> {
  let missing: string[];
  try {
    missing = await findMissingSearchAttributes(where, wanted);
  } catch (cause) {
    const said = (cause as Error).message;
    throw new Error(
      `TEMPORAL_ADDRESS=${where.address} (namespace ${where.namespace}) does not answer: ${said}`,
      { cause },
    );
  }
  if (missing.length > 0) throw new Error(explainMissingAttributes(where, missing));
}
