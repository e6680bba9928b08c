import { Adjustments, firstLostParameter } from './adjustments.ts';

describe('Adjustments', () => {
  it('lists a bounded number of entries, whatever names a client invents', () => {
    const adjustments = new Adjustments();
    for (let index = 0; index < 10_000; index += 1) {
      adjustments.dropped(`tools.mcp_${index}`);
      adjustments.unknown(`field_${index}`);
    }
    expect(adjustments.list().length).toBeLessThanOrEqual(73);
    expect(adjustments.list().join(', ').length).toBeLessThan(4_096);
  });

  it('reports long names as other_fields', () => {
    const adjustments = new Adjustments();
    adjustments.changed('a'.repeat(1_000), 'renamed');
    adjustments.unknown('b'.repeat(1_000));
    expect(adjustments.list()).toEqual(['other_fields=renamed']);
  });

  it('reports a loss as other_fields when the list is full, even if a change was reported so before', () => {
    const adjustments = new Adjustments();
    for (let index = 0; index < 100; index += 1) adjustments.replaced(`field_${index}`, 1);
    adjustments.dropped('lost');
    adjustments.replaced('changed', 2);
    expect(firstLostParameter(adjustments.list())).toBe('other_fields');
  });

  it('replaces an earlier change of a field when the list is full', () => {
    const adjustments = new Adjustments();
    for (let index = 0; index < 64; index += 1) adjustments.replaced(`field_${index}`, 1);
    adjustments.replaced('field_3', 2);
    expect(adjustments.list()).toContain('field_3=2');
    expect(adjustments.list()).toHaveLength(64);
  });

  it('does not report other_fields for an unknown field that is already listed', () => {
    const adjustments = new Adjustments();
    for (let time = 0; time < 2; time += 1) {
      for (let index = 0; index < 8; index += 1) adjustments.unknown(`messages.field_${index}`);
    }
    expect(adjustments.list()).toHaveLength(8);
    expect(adjustments.list().join()).not.toContain('other_fields');
  });
});
