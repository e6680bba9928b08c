import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';

/** An import, export or `import()` in one file. Paths are relative to the repository. */
export interface Import {
  from: string;
  /** A file of the repository, or the name of a package. */
  to: string;
  /** Counts from 1. */
  line: number;
  /** True if the compiler erases it. */
  typeOnly: boolean;
}

/** Returns the imports of all TypeScript files below `folder`, without those of specs. */
export function importsBelow(root: string, folder: string): Import[] {
  const files = globSync(`${folder}/**/*.ts`, { cwd: root }).filter((file) => !file.endsWith('.spec.ts'));
  return files.toSorted().flatMap((file) => importsIn(file, readFileSync(join(root, file), 'utf8')));
}

/** Returns the imports in the text of a file. */
export function importsIn(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const name = specifier.text;
    const to = name.startsWith('.') ? posix.join(dirname(file), name) : packageOf(name);
    imports.push({ from: file, to, line: source.getLineAndCharacterOfPosition(specifier.end).line + 1, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isErased(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

/** Returns the groups of nodes that import one another in a circle, each sorted. */
export function cyclesOf(imports: readonly Import[], nodeOf: (file: string) => string): string[][] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [importer, imported] = [nodeOf(from), nodeOf(to)];
    if (importer === imported) continue;
    const known = targets.get(importer);
    if (known) known.add(imported);
    else targets.set(importer, new Set([imported]));
  }
  return connectedGroups(targets).filter((group) => group.length > 1);
}

/** Finds strongly connected components with Tarjan's algorithm. */
function connectedGroups(targets: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const groups: string[][] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    lowest.set(node, order.get(node)!);
    stack.push(node);
    for (const next of targets.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(node, Math.min(lowest.get(node)!, lowest.get(next)!));
    }
    if (lowest.get(node) === order.get(node)) groups.push(stack.splice(stack.indexOf(node)).toSorted());
  };
  for (const node of targets.keys()) if (!order.has(node)) visit(node);
  return groups;
}

function isErased(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings: named } = clause;
  if (name !== undefined || named === undefined || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}
