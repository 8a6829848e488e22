/** The tables as `schema/database.ts` declares them, asked from the TypeScript compiler. */
import path from 'node:path';
import ts from 'typescript';

/** How one column reads and writes. */
export interface Column {
  /** `table.column`. */
  readonly name: string;
  /** What a reader gets, without null: `string`, `number`, `boolean`, `Date`, `array`, `object`. */
  readonly reads: string;
  readonly nullable: boolean;
  /** An insert may leave it out. */
  readonly optional: boolean;
}

const REPOSITORY = path.resolve(__dirname, '..', '..');
const PROBE = path.join(REPOSITORY, 'schema', 'typed-columns-probe.ts');
const PROBE_TEXT = `
  import type { Insertable, Selectable } from 'kysely';
  import type { Database } from './database';
  export type Reads = { [Table in keyof Database]: Selectable<Database[Table]> };
  export type Writes = { [Table in keyof Database]: Insertable<Database[Table]> };
`;

/** @returns One line per column, sorted by name. */
export function readTypedColumns(): Column[] {
  const { checker, probe } = compileProbe();
  const typeOf = (name: string): ts.Type => {
    const found = checker.getExportsOfModule(checker.getSymbolAtLocation(probe)!);
    return checker.getDeclaredTypeOfSymbol(found.find((symbol) => symbol.name === name)!);
  };
  const writes = typeOf('Writes');
  const columns = typeOf('Reads')
    .getProperties()
    .flatMap((table) => {
      const row = checker.getTypeOfSymbol(table);
      const writeTable = checker.getTypeOfSymbol(writes.getProperty(table.name)!);
      return row.getProperties().map((column) => {
        const written = writeTable.getProperty(column.name);
        return {
          name: `${table.name}.${column.name}`,
          ...describeType(checker, checker.getTypeOfSymbol(column)),
          optional: written === undefined || (written.flags & ts.SymbolFlags.Optional) !== 0,
        };
      });
    });
  return columns.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function compileProbe(): { checker: ts.TypeChecker; probe: ts.SourceFile } {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) =>
    path.resolve(file) === PROBE
      ? ts.createSourceFile(file, PROBE_TEXT, ts.ScriptTarget.ES2023)
      : readSource(file, ...rest);
  const program = ts.createProgram([PROBE], options, host);
  const probe = program.getSourceFile(PROBE);
  if (probe === undefined) throw new Error('the probe is not part of its own program');
  const [error] = program.getSemanticDiagnostics(probe);
  if (error !== undefined) {
    throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  }
  return { checker: program.getTypeChecker(), probe };
}

function describeType(checker: ts.TypeChecker, type: ts.Type): Omit<Column, 'name' | 'optional'> {
  const present = checker.getNonNullableType(type);
  return { reads: kindOf(checker, present), nullable: present !== type };
}

function kindOf(checker: ts.TypeChecker, type: ts.Type): string {
  const parts = type.isUnion() ? type.types : [type];
  const kinds = new Set(parts.map((part) => kindOfOne(checker, part)));
  return [...kinds].sort().join(' | ');
}

function kindOfOne(checker: ts.TypeChecker, type: ts.Type): string {
  if ((type.flags & ts.TypeFlags.StringLike) !== 0) return 'string';
  if ((type.flags & ts.TypeFlags.NumberLike) !== 0) return 'number';
  if ((type.flags & ts.TypeFlags.BooleanLike) !== 0) return 'boolean';
  if (checker.isArrayType(type)) return 'array';
  return checker.typeToString(type) === 'Date' ? 'Date' : 'object';
}
