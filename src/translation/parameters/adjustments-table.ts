import { ADJUSTMENT_VALUES, type AdjustmentMeaning } from '../../wire/adjustments/adjustment-values.ts';
import { FORMER_ADJUSTED_FIELDS } from '../../wire/adjustments/former-adjustments.ts';

const ADJUSTMENTS_TEXT = `## Values of x-outcrop-adjusted

The header lists \`field=value\`. A value in the table states what became of the field. Any other value is what the model
receives in place of the client's value: a number (\`max_tokens=64000\`), an effort (\`reasoning_effort=high\`), a format or an
identifier. With \`requests.unsupportedFields: reject\` only \`dropped\`, \`ignored\` and \`unknown\` reject a request.

While \`deprecatedNames.emit\` is on, the former spelling follows in the header and in the log line.`;

/** Renders the register of the values of `x-outcrop-adjusted`. */
export function renderAdjustmentsTable(): string {
  const rows = Object.entries<AdjustmentMeaning>(ADJUSTMENT_VALUES)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([value, { meaning, former }]) => `| \`${value}\` | ${meaning} | ${formerText(former)} |`);
  const fields = Object.entries(FORMER_ADJUSTED_FIELDS).map(([field, former]) => `| \`${former}\` | \`${field}\` |`);
  return [
    ADJUSTMENTS_TEXT,
    ['| Value | Meaning | Former spelling |', '|---|---|---|', ...rows].join('\n'),
    ['| Former field | Field |', '|---|---|', ...fields].join('\n'),
  ].join('\n\n');
}

function formerText(former: AdjustmentMeaning['former']): string {
  if (former === undefined) return '';
  if (typeof former === 'string') return `\`${former}\``;
  return Object.entries(former)
    .map(([field, value]) => `\`${value}\`${field === '*' ? '' : ` (\`${field}\`)`}`)
    .join(', ');
}
