import ts from 'typescript';

/** A comment, a text for people, or a name. */
export interface SourceText {
  kind: 'comment' | 'string' | 'name';
  /** Offset in the file. */
  position: number;
  text: string;
}

export interface FunctionDocstring {
  position: number;
  name: string;
  text: string;
}

export interface FileTexts {
  texts: SourceText[];
  docstrings: FunctionDocstring[];
}

/** Functions of test frameworks whose first argument is a title. */
const TITLED = new Set(['describe', 'it', 'test']);
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*/g;

/**
 * Returns the comments, names and texts of a TypeScript file.
 *
 * Texts are literals with white space; in a spec only titles of tests, because other literals are data. Names are those
 * that the file declares, split at capitals.
 */
export function textsOfTypeScript(path: string, content: string): FileTexts {
  const source = ts.createSourceFile(path, content, ts.ScriptTarget.Latest);
  const isTest = path.startsWith('test/') || path.endsWith('.spec.ts');
  const texts: SourceText[] = [];
  const docstrings: FunctionDocstring[] = [];
  const literals: [start: number, end: number][] = [];

  const visit = (node: ts.Node): void => {
    if (isLiteral(node)) {
      literals.push([node.getStart(source), node.end]);
      if (!isTest && /\s/.test(node.text)) texts.push(textOf('string', node));
    } else if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) {
      literals.push([node.getStart(source), node.end]);
    } else if (isTest) {
      const title = titleOf(node);
      if (title) texts.push(...literalsIn(title).map((literal) => textOf('string', literal)));
    }
    const name = declaredName(node);
    if (name) texts.push({ kind: 'name', position: name.getStart(source), text: splitName(name.text) });
    const docstring = docstringOf(node, source);
    if (docstring) docstrings.push(docstring);
    ts.forEachChild(node, visit);
  };
  visit(source);

  texts.push(...commentsOf(content, literals));
  return { texts, docstrings };

  function textOf(kind: SourceText['kind'], node: Literal): SourceText {
    return { kind, position: node.getStart(source), text: node.text };
  }
}

type Literal = ts.StringLiteral | ts.TemplateLiteralLikeNode | ts.NoSubstitutionTemplateLiteral;

function isLiteral(node: ts.Node): node is Literal {
  return ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node);
}

function literalsIn(node: ts.Node): Literal[] {
  if (isLiteral(node)) return [node];
  const literals: Literal[] = [];
  ts.forEachChild(node, (child) => {
    literals.push(...literalsIn(child));
  });
  return literals;
}

/** Returns the title of `it('…')`, `it.each(…)('…')`, or of a case `{ name: '…' }`. */
function titleOf(node: ts.Node): ts.Node | undefined {
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && /^(?:name|title)$/.test(node.name.text)) {
    return isLiteral(node.initializer) && node.initializer.text.includes(' ') ? node.initializer : undefined;
  }
  if (!ts.isCallExpression(node)) return undefined;
  return TITLED.has(calledName(node.expression)) ? node.arguments[0] : undefined;
}

/** Returns `it` for `it`, `it.only` and `it.each(…)`; an empty text for calls without a name. */
function calledName(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text === 'each' ? '' : calledName(callee.expression);
  if (!ts.isCallExpression(callee) || !ts.isPropertyAccessExpression(callee.expression)) return '';
  return calledName(callee.expression.expression);
}

const DECLARATIONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.BindingElement,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.MethodSignature,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.PropertyDeclaration,
  ts.SyntaxKind.PropertySignature,
]);

function declaredName(node: ts.Node): ts.Identifier | undefined {
  if (!DECLARATIONS.has(node.kind)) return undefined;
  const { name } = node as ts.NamedDeclaration;
  return name && ts.isIdentifier(name) ? name : undefined;
}

/** Splits a name at capitals and underscores: `toldOnce` becomes `told Once`. */
function splitName(name: string): string {
  return name
    .replaceAll('_', ' ')
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .trim();
}

/** Returns the docstring of a function or method; undefined for other nodes. */
function docstringOf(node: ts.Node, source: ts.SourceFile): FunctionDocstring | undefined {
  const name = functionName(node, source);
  const doc = (node as { jsDoc?: ts.JSDoc[] }).jsDoc?.at(-1);
  if (name === undefined || !doc) return undefined;
  return { position: doc.pos, name, text: plainComment(doc.getText(source)) };
}

function functionName(node: ts.Node, source: ts.SourceFile): string | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isMethodSignature(node)) {
    return node.name?.getText(source) ?? 'default';
  }
  if (!ts.isVariableStatement(node)) return undefined;
  const declaration = node.declarationList.declarations[0];
  const value = declaration?.initializer;
  const isFunction = value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
  return isFunction ? declaration.name.getText(source) : undefined;
}

function commentsOf(content: string, literals: readonly [number, number][]): SourceText[] {
  let code = '';
  let end = 0;
  for (const [start, after] of literals) {
    code += content.slice(end, start) + ' '.repeat(after - start);
    end = after;
  }
  code += content.slice(end);
  return [...code.matchAll(COMMENT)].map(({ index, 0: { length } }) => ({
    kind: 'comment',
    position: index,
    // Literals inside of comments do not exist, so the original text is complete.
    text: plainComment(content.slice(index, index + length)),
  }));
}

/** Returns the text of a comment without its marks. Lines stay apart. */
function plainComment(comment: string): string {
  return comment
    .replace(/^\/\*\*?/, '')
    .replace(/\*\/$/, '')
    .replaceAll(/^[ \t]*(?:\*|\/\/) ?/gm, '')
    .trim();
}
