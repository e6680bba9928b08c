import fc from 'fast-check';
import { fittedText, SESSION_NAME, SESSION_TAG_VALUE } from './fitted-text.ts';
import { sessionKeyOf, sessionNameOf, sessionTagsOf, type TeamCaller } from './attributed-caller.ts';
import { AttributionTagsConfig } from '../../config/sections/attribution-config.ts';

/** The patterns of AWS (API reference of STS, 2026-11). */
const NAME = /^[\w+=,.@-]{2,64}$/;
const VALUE = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/iu;

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom('', 'a', 'aws:x', 'AWS:x', 'team', '\uD800', '𝒳'.repeat(140), 'a=b', 'a\nb', 'x+0123456789abcdef'),
);
const caller = (team: string, application?: string, costCenter?: string): TeamCaller => ({
  team: { id: 't', name: team },
  ...(application !== undefined && { application: { id: 'a', name: application } }),
  ...(costCenter !== undefined && { costCenter }),
});
const TAGS = Object.assign(new AttributionTagsConfig(), { application: 'app' });

describe('fittedText', () => {
  it('returns only texts that AWS accepts', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(fittedText(text, SESSION_NAME)).toMatch(NAME);
        expect(fittedText(text, SESSION_TAG_VALUE)).toMatch(VALUE);
      }),
    );
  });

  it('keeps accepted texts, and returns different texts for different ones', () => {
    expect(fittedText('team-1@x', SESSION_NAME)).toBe('team-1@x');
    const replaced = ['a b', 'a_b', 'a/b', fittedText('a b', SESSION_NAME)].map((text) =>
      fittedText(text, SESSION_NAME),
    );
    expect(new Set(replaced).size).toBe(4);
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        fc.pre(one !== other);
        expect(fittedText(one, SESSION_NAME)).not.toBe(fittedText(other, SESSION_NAME));
        expect(fittedText(one, SESSION_TAG_VALUE)).not.toBe(fittedText(other, SESSION_TAG_VALUE));
      }),
    );
  });
});

describe('the session of a caller', () => {
  const names = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/);

  it('has a different name and key for each team and application', () => {
    fc.assert(
      fc.property(texts, texts, fc.option(names), fc.option(names), (one, other, appOfOne, appOfOther) => {
        fc.pre(one !== other || appOfOne !== appOfOther);
        const [a, b] = [caller(one, appOfOne ?? undefined), caller(other, appOfOther ?? undefined)];
        expect(sessionNameOf(a, TAGS)).not.toBe(sessionNameOf(b, TAGS));
        expect(sessionKeyOf(a, undefined, TAGS)).not.toBe(sessionKeyOf(b, undefined, TAGS));
      }),
    );
    expect(sessionNameOf(caller('a', 'b'), TAGS)).not.toBe(sessionNameOf(caller('a=b'), TAGS));
    expect(sessionKeyOf(caller('a', '', '1:x'), 'y', TAGS)).not.toBe(sessionKeyOf(caller('a', '1:x'), 'y', TAGS));
  });

  it('has the tags of the settings, which a document of the team cannot replace', () => {
    const sessionTags = { TEAM: 'forged', App: 'forged', 'Cost-Center': 'forged', stage: 'test' };
    const forging = { ...caller('search', undefined, 'c1'), attribution: { sessionTags, key: '' } };
    expect(sessionTagsOf(forging, TAGS)).toEqual([
      { Key: 'team', Value: 'search' },
      { Key: 'cost-center', Value: 'c1' },
      { Key: 'stage', Value: 'test' },
    ]);
  });
});
