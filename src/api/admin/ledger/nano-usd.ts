import { badRequest } from '../../../errors/errors.ts';
import { textField } from '../admin-request.ts';

const NANO_PLACES = 9;
const USD_TEXT = /^(-?)(\d{1,7})(?:\.(\d{1,9}))?$/;

/** Returns a field with decimal text in USD as nano-USD; 0 if it is absent. Throws GatewayError 400. */
export function nanoUsdOf(fields: Readonly<Record<string, unknown>>, name: string): bigint {
  const text = textField(fields, name);
  if (text === undefined) return 0n;
  const [, sign, whole, places = ''] = USD_TEXT.exec(text) ?? [];
  if (whole === undefined) {
    throw badRequest(
      `${name} must be decimal text in USD such as "-12.5", with at most 7 digits before and 9 after the point.`,
      name,
      'invalid_value',
    );
  }
  const amount = BigInt(whole + places.padEnd(NANO_PLACES, '0'));
  return sign === '-' ? -amount : amount;
}
