import ts from 'typescript';
import type { SourceFile } from './source-files';

export interface Place {
  /** `file:line`, to click on. */
  readonly at: string;
  readonly what: string;
}

function place(tree: ts.SourceFile, node: ts.Node, what: string): Place {
  const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
  return { at: `${tree.fileName}:${line + 1}`, what };
}

function visit(tree: ts.SourceFile, look: (node: ts.Node) => Place | undefined): Place[] {
  const found: Place[] = [];
  const walk = (node: ts.Node): void => {
    const here = look(node);
    if (here !== undefined) found.push(here);
    ts.forEachChild(node, walk);
  };
  walk(tree);
  return found;
}

function parse({ name, text }: SourceFile): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
}

/** `order.process` is a name of ours; `process` and `Math.random` are the world's. */
function globalName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.getText();
  if (!ts.isIdentifier(node)) return undefined;
  const { parent } = node;
  const isMember =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent);
  return isMember ? undefined : node.text;
}

/** @param globals - Names such as `process` and `Math.random`; comments may say them. */
export function findGlobals(file: SourceFile, globals: readonly string[]): Place[] {
  const tree = parse(file);
  return visit(tree, (node) => {
    const name = globalName(node);
    return name !== undefined && globals.includes(name) ? place(tree, node, name) : undefined;
  });
}

/** The body of a `describe` is a chapter, not a function. */
function isChapter(node: ts.FunctionLikeDeclaration, tree: ts.SourceFile): boolean {
  return (
    ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText(tree))
  );
}

function isFunction(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node)
  );
}

export function findLongFunctions(file: SourceFile, mostLines: number): Place[] {
  const tree = parse(file);
  return visit(tree, (node) => {
    if (!isFunction(node) || isChapter(node, tree)) return undefined;
    const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
    const last = tree.getLineAndCharacterOfPosition(node.getEnd()).line;
    const lines = last - first + 1;
    return lines > mostLines ? place(tree, node, `${lines} lines`) : undefined;
  });
}
