import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');

/** Number of top-level names of `src/` that occur in more than one file. The number may only fall. */
const MAX_SHARED_NAMES = 195;

interface Declaration {
  name: string;
  file: string;
  isExported: boolean;
}

const declarations = globSync('src/**/*.ts', { cwd: ROOT })
  .filter((file) => !/\.(?:spec|d)\.ts$/.test(file))
  .toSorted()
  .flatMap((file) => declarationsIn(file, readFileSync(join(ROOT, file), 'utf8')));

function declarationsIn(file: string, text: string): Declaration[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    const isExported = modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return namesOf(statement).map((name) => ({ name, file, isExported }));
  });
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isNamed && statement.name ? [statement.name.text] : [];
}

/** Returns the names that several files declare, each with the files. */
function shared(of: readonly Declaration[]): string[] {
  const byName = Map.groupBy(of, ({ name }) => name);
  return [...byName].flatMap(([name, found]) => {
    const files = [...new Set(found.map(({ file }) => file))];
    return files.length > 1 ? [`${name}: ${files.join(', ')}`] : [];
  });
}

describe('names in src/', () => {
  it('are exported by one file each', () => {
    expect(shared(declarations.filter(({ isExported }) => isExported))).toEqual([]);
  });

  it('are declared at the top level of one file each, except those of earlier releases', () => {
    expect(shared(declarations).length).toBeLessThanOrEqual(MAX_SHARED_NAMES);
  });
});
