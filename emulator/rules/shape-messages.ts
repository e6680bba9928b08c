import { AwsException, validationException } from '../aws-exception.ts';
import type { Issue } from './shape.ts';

/** Returns the message of AWS services for a violated constraint. They count list members from one. */
function awsConstraint({ violation, value, path }: Issue): string {
  const at = path.map((step) => (typeof step === 'number' ? `${step + 1}.member` : step)).join('.');
  const shown =
    typeof value === 'string' || typeof value === 'number'
      ? String(value).slice(0, 100)
      : JSON.stringify(value)?.slice(0, 100);
  const member = (rule: string): string =>
    `Value '${shown ?? 'null'}' at '${at}' failed to satisfy constraint: Member must ${rule}`;
  switch (violation.kind) {
    case 'missing':
      return `Value null at '${at}' failed to satisfy constraint: Member must not be null`;
    case 'short':
      return member(`have length greater than or equal to ${violation.limit}`);
    case 'long':
      return member(`have length less than or equal to ${violation.limit}`);
    case 'low':
      return member(`have value greater than or equal to ${violation.limit}`);
    case 'high':
      return member(`have value less than or equal to ${violation.limit}`);
    case 'pattern':
      return member(`satisfy regular expression pattern: ${violation.pattern}`);
    case 'enum':
      return member(`satisfy enum value set: [${violation.values.join(', ')}]`);
    case 'union':
      return `The value at '${at}' must set exactly one of the following keys: ${violation.members.join(', ')}`;
    case 'tag':
    case 'type':
    case 'unknown':
    default:
      return `Unexpected value at '${at}'`;
  }
}

export function awsValidationException(issues: readonly Issue[]): AwsException {
  for (const { violation, path } of issues) {
    const at = path.join('/');
    if (violation.kind === 'type')
      return new AwsException(
        'SerializationException',
        `The value at ${at === '' ? 'the top' : at} cannot be converted to ${violation.expected}`,
      );
    if (violation.kind === 'unknown') {
      const holder = path.slice(0, -1).join('/');
      return validationException(
        `Malformed input request: #${holder === '' ? '' : `/${holder}`}: extraneous key [${String(path.at(-1))}] is not permitted, please reformat your input and try again.`,
      );
    }
  }
  const errors = issues.length === 1 ? '1 validation error' : `${issues.length} validation errors`;
  return validationException(`${errors} detected: ${issues.map(awsConstraint).join('; ')}`);
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

function anthropicRule({ violation, value }: Issue): string {
  switch (violation.kind) {
    case 'missing':
      return 'Field required';
    case 'unknown':
      return 'Extra inputs are not permitted';
    case 'type':
      return `Input should be a valid ${TYPES[violation.expected] ?? violation.expected}`;
    case 'short':
      return sizeRule('least', violation.limit, violation.of);
    case 'long':
      return sizeRule('most', violation.limit, violation.of);
    case 'low':
      return `Input should be greater than or equal to ${violation.limit}`;
    case 'high':
      return `Input should be less than or equal to ${violation.limit}`;
    case 'pattern':
      return `String should match pattern '^${violation.pattern}$'`;
    case 'enum':
      return `Input should be ${violation.values.map((one) => `'${one}'`).join(' or ')}`;
    case 'union':
      return tagRule(value, violation.members);
    case 'tag':
      return tagRule(value, violation.tags);
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
