/** What Alpaca offers, as its own client's source says: endpoints, parameters, fields of orders. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const CLIENT = path.dirname(require.resolve('@alpacahq/alpaca-trade-api/package.json'));

export interface Endpoint {
  /** `trading/OrdersApi`. */
  readonly api: string;
  /** `GET /v2/orders/{order_id}`. */
  readonly request: string;
  /** Names in the query. */
  readonly parameters: readonly string[];
}

/** Every endpoint of the client, by the file it is in. */
export function readEndpoints(): Endpoint[] {
  return ['trading', 'market-data'].flatMap((group) => {
    const folder = path.join(CLIENT, 'src', group, 'apis');
    const files = readdirSync(folder).filter((file) => file.endsWith('Api.ts'));
    return files.flatMap((file) =>
      endpointsIn(`${group}/${path.basename(file, '.ts')}`, readFileSync(path.join(folder, file))),
    );
  });
}

function endpointsIn(api: string, source: Buffer): Endpoint[] {
  const methods = source.toString().split(/\n    async \w+Raw\(/);
  return methods.slice(1).flatMap((text) => {
    const [, where] = /let urlPath = `([^`]+)`/.exec(text) ?? [];
    const [, verb] = /method: '(\w+)'/.exec(text) ?? [];
    if (where === undefined || verb === undefined) return [];
    const names = [...text.matchAll(/queryParameters\['(\w+)'\]/g)].map(([, name]) => String(name));
    return [{ api, request: `${verb} ${where}`, parameters: [...new Set(names)] }];
  });
}

/** `take_profit: …`, as a model of the client sends it. */
export function readSentFields(model: string): string[] {
  const text = readModel(model);
  const written = text.slice(text.indexOf('ToJSONTyped('));
  return [...written.matchAll(/'(\w+)': .*value\['\w+'\]/g)].map(([, name]) => String(name));
}

/** Wire names and declared types of a model that the client receives. */
export function readReceivedFields(model: string): Record<string, string> {
  const text = readModel(model);
  const start = text.indexOf(`export interface ${model} `);
  const declared = text.slice(start, text.indexOf('\n}', start));
  const types = new Map(
    [...declared.matchAll(/^ {4}(\w+)\??: (.+);$/gm)].map(([, name, type]) => [name, type]),
  );
  const read = text.slice(text.indexOf('FromJSONTyped('), text.indexOf('ToJSON('));
  return Object.fromEntries(
    [...read.matchAll(/'(\w+)': .*json\['(\w+)'\]/g)].map(([, name, wire]) => [
      String(wire),
      String(types.get(name)),
    ]),
  );
}

/** The texts that an enumeration of the client allows. */
export function readWords(model: string): string[] {
  const text = readModel(model);
  const body = text.slice(text.indexOf('export const'), text.indexOf('} as const'));
  return [...body.matchAll(/: '(\w*)'/g)].map(([, word]) => String(word));
}

function readModel(model: string): string {
  for (const group of ['trading', 'market-data']) {
    try {
      return readFileSync(path.join(CLIENT, 'src', group, 'models', `${model}.ts`), 'utf8');
    } catch {
      // The other half has it.
    }
  }
  throw new Error(`the client has no model ${model}`);
}
