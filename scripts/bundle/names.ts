import ts from 'typescript';

/** The helper with which esbuild defines the name of a function or class. */
const HELPER = '__name';

/**
 * Removes calls of esbuild's helper `__name` that define a name that the function or class has by its syntax. Most calls do,
 * because the names of variables are not minified. Calls for renamed variables stay. Spaces replace the removed text, so that
 * source maps stay valid.
 *
 * @param code Text of an ES module that esbuild has written with `keepNames`.
 */
export function dropNeedlessNames(code: string): string {
  const file = ts.createSourceFile('bundle.js', code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const removed: ts.TextRange[] = [];
  const visit = (node: ts.Node): void => {
    if (isNaming(node)) removed.push(...needlessParts(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return blank(code, removed);
}

/** A call `__name(target, 'name')`. */
interface Naming extends ts.CallExpression {
  readonly arguments: ts.NodeArray<ts.Expression> & readonly [ts.Expression, ts.StringLiteral];
}

function isNaming(node: ts.Node): node is Naming {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== HELPER) return false;
  return node.arguments.length === 2 && ts.isStringLiteral(node.arguments[1]!);
}

/** Returns the ranges of the text that can be removed without a change of the target's name. */
function needlessParts(call: Naming): ts.TextRange[] {
  const [target, { text: name }] = call.arguments;
  if (target.kind === ts.SyntaxKind.ThisKeyword) {
    const block = call.parent.parent.parent;
    const isWhole = ts.isClassStaticBlockDeclaration(block) && block.body.statements.length === 1;
    return isWhole && ownName(block.parent) === name ? [{ pos: block.getStart(), end: block.end }] : [];
  }
  const isFunction = ts.isFunctionExpression(target) || ts.isArrowFunction(target);
  const actual = ts.isIdentifier(target)
    ? target.text
    : isFunction && isOperand(call)
      ? ownName(target, call)
      : undefined;
  if (actual !== name) return [];
  return [
    { pos: call.getStart(), end: target.getStart() },
    { pos: target.end, end: call.end },
  ];
}

/** Returns the name that a function or class has by its syntax. `place` is the expression in whose place it will stand. */
function ownName(target: ts.ClassLikeDeclaration | ts.FunctionExpression | ts.ArrowFunction, place: ts.Node = target) {
  if (target.name !== undefined) return target.name.text;
  const { parent } = place;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
    return ts.isIdentifier(parent.name) ? parent.name.text : undefined;
  }
  if (ts.isPropertyAssignment(parent)) {
    const { name } = parent;
    const isNamed = (ts.isIdentifier(name) || ts.isStringLiteral(name)) && name.text !== '__proto__';
    return isNamed ? name.text : undefined;
  }
  return isAssignment(parent) && ts.isIdentifier(parent.left) ? parent.left.text : undefined;
}

function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** Returns true if a function can stand in the place of the call without parentheses and without a change of meaning. */
function isOperand(call: ts.CallExpression): boolean {
  const { parent } = call;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== call;
  return (
    isAssignment(parent) ||
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isReturnStatement(parent)
  );
}

function blank(code: string, ranges: readonly ts.TextRange[]): string {
  const sorted = [...ranges].sort((one, other) => one.pos - other.pos);
  let result = '';
  let last = 0;
  for (const { pos, end } of sorted) {
    result += code.slice(last, pos) + ' '.repeat(end - pos);
    last = end;
  }
  return result + code.slice(last);
}
