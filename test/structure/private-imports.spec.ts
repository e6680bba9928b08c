import { globSync, readFileSync } from 'node:fs';
import { Server } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import express from 'express';
import ts from 'typescript';
import { PRIVATE_IMPORTS, PUBLIC_PATHS } from './private-imports.ts';

const ROOT = join(import.meta.dirname, '../..');
const load = createRequire(join(ROOT, 'package.json'));
/** Matches `@scope/name/path` and `name/path`, but neither files of the project nor modules of Node. */
const BELOW_A_PACKAGE = /^(?![.])(?!node:)(?:@[\w.-]+\/)?[\w.-]+\/[\w./-]+$/;

/** Returns the value imports from below a package, as `file specifier`. */
function importsBelowPackages(): string[] {
  const files = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.spec.ts'));
  return files.toSorted().flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node) && !node.importClause?.isTypeOnly && isBelow(node.moduleSpecifier)) {
        found.push((node.moduleSpecifier as ts.StringLiteral).text);
      }
      const [argument] = ts.isCallExpression(node) ? node.arguments : [];
      const called = ts.isCallExpression(node) ? node.expression.getText() : '';
      if (argument && (called === 'load' || called === 'import') && isBelow(argument)) {
        found.push((argument as ts.StringLiteral).text);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found.map((specifier) => `${file} ${specifier}`);
  });
}

function isBelow(node: ts.Node): boolean {
  if (!ts.isStringLiteral(node) || !BELOW_A_PACKAGE.test(node.text)) return false;
  return !PUBLIC_PATHS.includes(node.text) && !/^@[\w.-]+\/[\w.-]+$/.test(node.text);
}

describe('private imports of libraries', () => {
  it('are all in the table', () => {
    const known = PRIVATE_IMPORTS.map(({ file, specifier }) => `${file} ${specifier}`);
    expect(importsBelowPackages().filter((each) => !known.includes(each))).toEqual([]);
  });

  it.each(PRIVATE_IMPORTS.map((row) => [row.specifier, row] as const))(
    '%s exports what the gateway reads',
    (specifier, row) => {
      const text = readFileSync(join(ROOT, row.file), 'utf8');
      expect(text).toContain(`'${specifier}'`);
      const exported: unknown = load(specifier);
      const missing = row.names.filter((name) => name !== 'default' && !(name in Object(exported)));
      // A failure here means that an upgrade has moved a private file: see `file` and `reason` of the row, and its entry
      // in docs/nest.md.
      expect({ ...row, missing }).toEqual({ ...row, missing: [] });
      if (row.names.includes('default')) expect(['function', 'object']).toContain(typeof exported);
    },
  );
});

describe('private parts of libraries', () => {
  it('exist in the router of Express, whose layers allowed-methods.ts reads', () => {
    const application = express();
    application.get('/v1/things/:id', () => undefined);
    const { router } = application as unknown as { router: { stack: Record<string, unknown>[] } };
    const layer = router.stack.find(({ route }) => route !== undefined)!;
    expect(layer['route']).toMatchObject({ path: '/v1/things/:id', methods: { get: true } });
    const match = layer['match'] as (path: string) => unknown;
    expect([Boolean(match.call(layer, '/v1/things/1')), Boolean(match.call(layer, '/v1'))]).toEqual([true, false]);
  });

  it('exist in the prototypes of Express, which express-message-classes.ts replaces', () => {
    const application = express();
    expect([typeof application.request, typeof application.response]).toEqual(['object', 'object']);
  });

  it("exist in net.Server, whose close drain.service.ts calls instead of http.Server's", () => {
    expect(Object.hasOwn(Server.prototype, 'close')).toBe(true);
  });
});
