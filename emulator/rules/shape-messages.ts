import { Refusal, invalid } from '../refusal.ts';
import type { Issue } from './shape.ts';

/** Returns the message of AWS services for a violated constraint. They count list members from one. */
function awsConstraint({ wrong, value, path }: Issue): string {
  const at = path.map((step) => (typeof step === 'number' ? `${step + 1}.member` : step)).join('.');
  const shown =
    typeof value === 'string' || typeof value === 'number'
      ? String(value).slice(0, 100)
      : JSON.stringify(value)?.slice(0, 100);
  const member = (rule: string): string =>
    `Value '${shown ?? 'null'}' at '${at}' failed to satisfy constraint: Member must ${rule}`;
  switch (wrong.kind) {
    case 'missing':
      return `Value null at '${at}' failed to satisfy constraint: Member must not be null`;
    case 'short':
      return member(`have length greater than or equal to ${wrong.limit}`);
    case 'long':
      return member(`have length less than or equal to ${wrong.limit}`);
    case 'low':
      return member(`have value greater than or equal to ${wrong.limit}`);
    case 'high':
      return member(`have value less than or equal to ${wrong.limit}`);
    case 'pattern':
      return member(`satisfy regular expression pattern: ${wrong.pattern}`);
    case 'enum':
      return member(`satisfy enum value set: [${wrong.values.join(', ')}]`);
    case 'union':
      return `The value at '${at}' must set exactly one of the following keys: ${wrong.members.join(', ')}`;
    case 'tag':
    case 'type':
    case 'unknown':
    default:
      return `Unexpected value at '${at}'`;
  }
}

export function awsRefusal(issues: readonly Issue[]): Refusal {
  for (const { wrong, path } of issues) {
    const at = path.join('/');
    if (wrong.kind === 'type')
      return new Refusal(
        'SerializationException',
        `The value at ${at === '' ? 'the top' : at} cannot be converted to ${wrong.expected}`,
      );
    if (wrong.kind === 'unknown') {
      const holder = path.slice(0, -1).join('/');
      return invalid(
        `Malformed input request: #${holder === '' ? '' : `/${holder}`}: extraneous key [${String(path.at(-1))}] is not permitted, please reformat your input and try again.`,
      );
    }
  }
  const errors = issues.length === 1 ? '1 validation error' : `${issues.length} validation errors`;
  return invalid(`${errors} detected: ${issues.map(awsConstraint).join('; ')}`);
}

const TYPES: Record<string, string> = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  list: 'list',
  object: 'dictionary',
  'base64 string': 'base64 string',
};

/** Returns the message of Anthropic's API for an issue. It counts list members from zero. */
export function anthropicMessage(issue: Issue): string {
  return `${issue.path.join('.')}: ${anthropicRule(issue)}`;
}

function anthropicRule({ wrong, value }: Issue): string {
  switch (wrong.kind) {
    case 'missing':
      return 'Field required';
    case 'unknown':
      return 'Extra inputs are not permitted';
    case 'type':
      return `Input should be a valid ${TYPES[wrong.expected] ?? wrong.expected}`;
    case 'short':
      return sizeRule('least', wrong.limit, wrong.of);
    case 'long':
      return sizeRule('most', wrong.limit, wrong.of);
    case 'low':
      return `Input should be greater than or equal to ${wrong.limit}`;
    case 'high':
      return `Input should be less than or equal to ${wrong.limit}`;
    case 'pattern':
      return `String should match pattern '^${wrong.pattern}$'`;
    case 'enum':
      return `Input should be ${wrong.values.map((one) => `'${one}'`).join(' or ')}`;
    case 'union':
      return tagRule(value, wrong.members);
    case 'tag':
      return tagRule(value, wrong.tags);
    default:
      return 'Input is not valid';
  }
}

function sizeRule(side: 'least' | 'most', limit: number, of: 'string' | 'list' | undefined): string {
  const [what, unit] = of === 'list' ? ['List', 'item'] : ['String', 'character'];
  return `${what} should have at ${side} ${limit} ${unit}${limit === 1 ? '' : 's'}`;
}

function tagRule(value: unknown, tags: readonly string[]): string {
  const expected = tags.map((tag) => `'${tag}'`).join(', ');
  return `Input tag '${String(value)}' found using 'type' does not match any of the expected tags: ${expected}`;
}
