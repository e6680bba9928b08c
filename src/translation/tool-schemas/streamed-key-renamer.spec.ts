import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { StreamedKeyRenamer, withClientKeys } from './streamed-key-renamer.ts';
import { PropertyNames, propertyNamesOf } from './property-names.ts';

const REJECTED = ['$filter', 'page[size]', 'naïve', '', 'quote"d', 'back\\slash', 'x'.repeat(70), '$a', '__proto__ '];
const names = new PropertyNames(REJECTED, new Set(['_a', 'ok']));
const key = fc.oneof(fc.constantFrom(...REJECTED, '_a', 'ok', '__proto__'), fc.string());
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.constantFrom(...REJECTED),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(key, tie('value')),
  ),
}));

describe('keys of streamed JSON', () => {
  it('become the client’s names, for any split of the text', () => {
    fc.assert(
      fc.property(
        json,
        fc.array(fc.nat(400), { maxLength: 20 }),
        fc.constantFrom(undefined, 2),
        (value, cuts, space) => {
          const text = JSON.stringify(names.toModelKeys(value), null, space);
          const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted((a, b) => a - b);
          const stream = new StreamedKeyRenamer(names);
          const pieces = places.slice(1).map((place, index) => stream.push(text.slice(places[index], place)));
          expect(pieces.join('') + stream.end()).toBe(JSON.stringify(value, null, space));
        },
      ),
    );
  });

  it('are restored from escapes as well', () => {
    const sent = names.toModel('$filter');
    const escaped = sent.replaceAll(/./g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
    expect(withClientKeys(`{"${escaped}":"${sent}"}`, names)).toBe(`{"$filter":"${sent}"}`);
  });

  it('hold back unfinished keys only', () => {
    const stream = new StreamedKeyRenamer(names);
    const sent = names.toModel('$filter');
    expect(stream.push(`{"${sent.slice(0, 3)}`)).toBe('{');
    expect(stream.push(`${sent.slice(3)}":"a val`)).toBe('"$filter":"a val');
    expect(stream.push('ue')).toBe('ue');
    expect(stream.push(`","${'k'.repeat(1_000)}`)).toBe(`","${'k'.repeat(1_000)}`);
    expect(stream.push('":1')).toBe('":1');
    expect(stream.push(',"cut')).toBe(',');
    expect(stream.end()).toBe('"cut');
  });
});

describe('property names', () => {
  it('are sent as unique names that the model accepts, the same in every request', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(key, fc.constantFrom('a b', 'a.b', 'a/b')), { minLength: 1 }),
        (clientNames) => {
          const properties = Object.fromEntries(clientNames.map((name) => [name, {}]));
          const map = propertyNamesOf({ type: 'object', properties });
          const sent = clientNames.map((name) => map?.toModel(name) ?? name);
          expect(sent.every((name) => /^[a-zA-Z0-9_.-]{1,64}$/.test(name))).toBe(true);
          expect(new Set(sent).size).toBe(clientNames.length);
          expect(sent.map((name) => map?.toClient(name) ?? name)).toEqual(clientNames);
          const again = propertyNamesOf({ type: 'object', properties: structuredClone(properties) });
          expect(clientNames.map((name) => again?.toModel(name) ?? name)).toEqual(sent);
        },
      ),
    );
  });

  it('do not collide with a name that equals the replacement', () => {
    const replacement = propertyNamesOf({ properties: { $a: {} } })!.toModel('$a');
    const map = propertyNamesOf({ properties: { $a: {}, _a: {}, [replacement]: {} } })!;
    expect(map.toModel('$a')).not.toBe(replacement);
    expect([map.toModel('_a'), map.toModel(replacement)]).toEqual(['_a', replacement]);
  });
});
