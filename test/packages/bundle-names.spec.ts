import { runInThisContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { dropNeedlessNames } from '../../scripts/bundle/names.ts';

const HELPER = 'var __name=(target,value)=>Object.defineProperty(target,"name",{value,configurable:true});';

/** Evaluates statements whose `return` gives functions and classes. Returns their names. */
function namesOf(body: string): string[] {
  const results = runInThisContext(`(() => {${HELPER}${body}})()`) as { name: string }[];
  return results.map(({ name }) => name);
}

/** Returns statements as esbuild writes them with `keepNames`, without its own definition of the helper. */
function withNames(body: string): string {
  const { code } = transformSync(`function wrapper(){${body}}`, {
    keepNames: true,
    minifyWhitespace: true,
    minifySyntax: true,
  });
  return code.slice(
    code.indexOf('function wrapper(){') + 'function wrapper(){'.length,
    code.lastIndexOf('}__name(wrapper'),
  );
}

const NEEDLESS: readonly [string, string][] = [
  ['a function declaration', 'function a(){}return[a]'],
  ['an arrow function of a variable', 'const a=x=>x;return[a,a]'],
  ['an asynchronous function of a variable', 'const a=async function(){};return[a,a]'],
  ['an assignment', 'let a;a=()=>{};return[a,a]'],
  ['a property', 'const o={a:()=>1,"b-c":function(){}};return[o.a,o["b-c"]]'],
  ['a destructured value', 'const{a=()=>1}={};return[a,a]'],
  ['a class', 'class A{x=1}return[A,A]'],
  ['a class of a variable', 'const A=class{x=1};return[A,A]'],
  ['a named function as an argument', 'return[].concat(function a(){return a})'],
  ['nested functions', 'const a=()=>{const b=()=>1;return[b,b]};return[a,...a()]'],
];

describe('dropNeedlessNames', () => {
  it.each(NEEDLESS)('removes the call for %s, and its name stays', (_kind, body) => {
    const before = withNames(body);
    expect(before).toContain('__name(');
    const after = dropNeedlessNames(before);
    expect(after).not.toContain('__name(');
    expect(namesOf(after)).toEqual(namesOf(before));
    expect(after).toHaveLength(before.length);
  });

  it.each([
    ['a renamed function', 'function a2(){}__name(a2,"a");return[a2]'],
    ['a renamed class', 'class A2{static{__name(this,"A")}}return[A2]'],
    ['a class with an inner name', 'var A=class _A{static{__name(this,"A")}};return[A]'],
    ['a renamed variable', 'let a2=__name(()=>1,"a");return[a2]'],
    ['a renamed parameter', 'return((a2=__name(()=>1,"a"))=>[a2])()'],
    ['a function of a member', 'const o={};o.a=__name(()=>1,"a");return[o.a]'],
    ['a computed property', 'const o={["a"]:__name(()=>1,"b")};return[o.a]'],
    ['the prototype', 'const o={__proto__:__name(()=>1,"__proto__")};return[Object.getPrototypeOf(o)]'],
    ['an operand', 'let a=0;a+=__name(()=>1,"a").name;return[{name:a}]'],
    ['a called function', '__name(function a(){},"a")();return[{name:"a"}]'],
    ['a function without a variable', 'return[].concat(__name(()=>1,"a"))'],
    ['a class in a condition', 'let A=0;const B=A||class{static{__name(this,"A")}};return[B]'],
    ['a function in a condition', 'let a=Math?__name(()=>1,"b"):0;return[a]'],
  ])('keeps the call for %s', (_kind, body) => {
    expect(namesOf(dropNeedlessNames(body))).toEqual(namesOf(body));
    expect(dropNeedlessNames(body)).toBe(body);
  });
});
