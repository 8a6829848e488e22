import { Client, type QueryConfig } from 'pg';

/** Texts a connection keeps prepared; later ones are planned each time. */
const MAXIMUM_PREPARED = 200;

const names = new Map<string, string>();

/**
 * A connection that prepares every parameterized statement once. Planning our data-modifying CTEs
 * costs more than running them; the texts are few, because lists travel as one array parameter.
 */
export class PreparedClient extends Client {
  // The base class has a dozen overloads; all that matters here is how a text with values comes.
  override query(...args: unknown[]): never {
    const [text, values, ...rest] = args;
    const prepared =
      typeof text === 'string' && Array.isArray(values) && values.length > 0
        ? [toNamed(text, values), ...rest]
        : args;
    return (super.query as (...forwarded: unknown[]) => never).apply(this, prepared);
  }
}

function toNamed(text: string, values: unknown[]): QueryConfig {
  let name = names.get(text);
  if (name === undefined && names.size < MAXIMUM_PREPARED) {
    name = `everfill-${names.size + 1}`;
    names.set(text, name);
  }
  return name === undefined ? { text, values } : { name, text, values };
}
