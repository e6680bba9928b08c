import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { renderHeadersPage } from '../../scripts/headers-page.ts';
import { REQUEST_HEADERS } from '../../src/request/headers/request-headers.ts';
import { RESPONSE_HEADERS } from '../../src/request/headers/response-headers.ts';

/** Headers that Node writes by itself. */
const OF_NODE = ['connection', 'date', 'keep-alive', 'transfer-encoding'];

/** Returns texts of `src/` outside of the registers, and the header names that it sets on responses. */
const texts = new Set<string>();
const set = new Set<string>();
for (const file of globSync('src/**/*.ts').filter((name) => !/\.(?:spec|d)\.ts$/.test(name))) {
  if (file.startsWith('src/request/headers/') || file.startsWith('src/api/docs/document/')) continue;
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
}

function visit(node: ts.Node): void {
  if (ts.isStringLiteralLike(node)) texts.add(node.text);
  if (ts.isCallExpression(node)) {
    const method = node.expression.getText().split('.').at(-1)!;
    const [name, fields] = node.arguments;
    if (['setHeader', 'Header'].includes(method) && name && ts.isStringLiteral(name)) set.add(name.text);
    if (method === 'writeHead' && fields && ts.isObjectLiteralExpression(fields)) {
      for (const field of fields.properties) if (field.name) set.add(field.name.getText().replaceAll("'", ''));
    }
  }
  ts.forEachChild(node, visit);
}

describe('the registers of headers', () => {
  it('have every header that src/ sets on a response', () => {
    expect(set.size).toBeGreaterThan(15);
    expect([...set].filter((name) => !Object.hasOwn(RESPONSE_HEADERS, name))).toEqual([]);
  });

  it('have no header that src/ does not use', () => {
    const names = [...Object.keys(RESPONSE_HEADERS), ...Object.keys(REQUEST_HEADERS)].filter(
      (name) => !OF_NODE.includes(name) && name !== 'authorization',
    );
    expect(names.filter((name) => !texts.has(name) && !texts.has(name.replace('*', '')))).toEqual([]);
  });

  it('name each header once, with a description', () => {
    const names = Object.keys(RESPONSE_HEADERS).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    const rows = [...Object.values(RESPONSE_HEADERS), ...Object.values(REQUEST_HEADERS)];
    expect(rows.filter(({ description }) => !/^[A-Z`].{10,}\.$/.test(description))).toEqual([]);
  });
});

describe('docs/headers.md', () => {
  it('is written by npm run docs:registers', () => {
    expect(readFileSync('docs/headers.md', 'utf8')).toBe(renderHeadersPage());
  });
});
