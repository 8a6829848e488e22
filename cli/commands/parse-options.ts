import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './command';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Parses the options of one command; positional arguments are refused.
 *
 * @throws UsageError naming the options that exist.
 */
export function parseOptions<T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const names = Object.keys(options).map((name) => `--${name}`);
    const valid = names.length > 0 ? `valid options: ${names.join(', ')}` : 'it takes no options';
    const [problem] = (error as Error).message.split('. ');
    throw new UsageError(`${problem ?? 'bad arguments'}; ${valid}`);
  }
}
