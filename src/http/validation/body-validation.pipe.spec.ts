import { IsArray, IsInt, IsOptional, IsString, Max, Min, validateSync } from '../../libraries/class-validator.ts';
import fc from 'fast-check';
import { GatewayError } from '../../errors/errors.ts';
import { compileBodyCheck } from './body-check.ts';
import { BodyValidationPipe } from './body-validation.pipe.ts';

class Envelope {
  @IsString() model: string;
  @IsArray() messages: unknown[];
  @IsOptional() @IsInt() @Min(1) @Max(10) n?: number | null;
}

const pipe = new BodyValidationPipe();
const transform = (body: unknown) => pipe.transform(body, { type: 'body', metatype: Envelope });

describe('BodyValidationPipe', () => {
  it('returns a valid body unmodified, with its unknown fields', () => {
    const body = { model: 'm', messages: [{ role: 'user' }], n: null, extra: 1 };
    expect(transform(body)).toBe(body);
    expect(body).toEqual({ model: 'm', messages: [{ role: 'user' }], n: null, extra: 1 });
  });

  it('reports the invalid field', () => {
    let refusal: unknown;
    try {
      transform({ model: 'm', messages: [], n: 11 });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(GatewayError);
    expect(refusal).toMatchObject({ status: 400, param: 'n', message: expect.stringContaining('10') });
  });

  it('does not let the keys of a body change the prototype of its copy', () => {
    const hostile = JSON.parse('{"model":"m","messages":[],"__proto__":{"n":99},"constructor":{"name":"x"}}') as object;
    const body = transform(hostile) as Envelope;
    expect(Object.keys(body)).toEqual(['model', 'messages']);
    expect(body.n).toBeUndefined();
    expect(Object.assign({} as Partial<Envelope>, body).n).toBeUndefined();
    expect(body.constructor).toBe(Object);
  });
});

describe('compileBodyCheck', () => {
  it('agrees with class-validator on all bodies', () => {
    const check = compileBodyCheck(Envelope)!;
    const anything = fc.oneof(
      fc.string(),
      fc.integer({ min: -2, max: 12 }),
      fc.double(),
      fc.constant(null),
      fc.array(fc.string()),
    );
    const bodies = fc.record({ model: anything, messages: anything, n: anything }, { requiredKeys: [] });
    fc.assert(
      fc.property(bodies, (body) => {
        const envelope = Object.assign(new Envelope(), body);
        expect(check(envelope)).toBe(validateSync(envelope).length === 0);
      }),
    );
  });
});
