import { GatewayError } from '../../errors/errors.ts';
import { innermostMessage } from './message-layers.ts';

/** The part of a request that Bedrock rejected. */
export interface SchemaRejection {
  /** `schemas`: the schema of the answer, the schemas of strict tools, or all of them together. */
  about: 'format' | 'strict-tools' | 'tool-choice' | 'schemas';
  /**
   * The requests to which the rejection applies. `request`: the message is unknown, so the gateway does not remember the
   * rejection.
   */
  scope: 'model' | 'schemas' | 'request';
}

type Code = 'schema_refused' | 'tool_choice_refused';

interface SchemaTemplate extends SchemaRejection {
  /** Matches the whole message of the model, and accepts no text that a client chooses. */
  pattern: RegExp;
}

/** Path of the rejected schema, as Anthropic writes it at the beginning of its messages. */
const PATH = String.raw`(?:(?:output_config\.format(?:\.schema)?|tools\.\d+(?:\.custom)?(?:\.input_schema)?)(?:\.properties)?: )?(?:Invalid schema: )?`;

/**
 * Messages that reject schemas (pi-ai 1.5.2 and public test suites, 2026-11; litellm#29168; LiteLLM 1.110
 * `bedrock/common_utils.py`, 2026-11; acomagu/vscode-as-mcp-server#6, twilio-labs/mcp#58). No pattern accepts a name that a
 * client chooses.
 */
const TEMPLATES: readonly SchemaTemplate[] = [
  schemas(
    String.raw`The compiled grammar is too large(?:, which would cause performance issues)?\.?(?: Simplify your tool schemas or reduce the number of strict tools\.)?`,
  ),
  schemas(String.raw`(?:compilation exceeded limits: )?Schema is too complex\.?`),
  schemas(String.raw`Too many recursive definitions in schema\.?`),
  schemas(
    String.raw`Schemas contains too many parameters with union types \(\d+ parameters(?: with type arrays or anyOf)?\)\.(?: This causes exponential compilation cost\.)?(?: Reduce the number of nullable or union-typed parameters \(limit: \d+ parameters with unions\)\.)?`,
  ),
  schemas(
    String.raw`Schemas contains too many optional parameters \(\d+\), which would make grammar compilation inefficient\.(?: Reduce the number of optional parameters in your tool schemas \(limit: \d+\)\.)?`,
  ),
  schemas(
    String.raw`For '(?:object|array|string|number|integer|boolean|null|any)' type, propert(?:y|ies) [\w$]+(?:, [\w$]+)* (?:is|are) not supported`,
  ),
  schemas(
    String.raw`JSON schema is invalid\. It must match JSON Schema draft 2020-12(?: \(https:\/\/json-schema\.org\/draft\/2020-12\))?\.?(?: Learn more about tool use at https:\/\/docs\.(?:anthropic|claude)\.com\/[\w/-]+\.?)?`,
  ),
  schemas(String.raw`Property keys should match pattern '\^\[a-zA-Z0-9_\.?-\]\{1,64\}\$'\.?`),
  {
    pattern:
      /^Too many strict tools \(\d+\)\. The maximum (?:number of strict tools supported )?is \d+\.(?: Try reducing the number of tools marked as strict\.)?$/,
    about: 'strict-tools',
    scope: 'schemas',
  },
  { pattern: /^output_config(?:\.format)?: Extra inputs are not permitted$/, about: 'format', scope: 'model' },
  {
    pattern: /^tools\.\d+(?:\.custom)?\.strict: Extra inputs are not permitted$/,
    about: 'strict-tools',
    scope: 'model',
  },
  { pattern: unsupported(String.raw`outputConfig(?:\.textFormat)?`), about: 'format', scope: 'model' },
  {
    pattern: unsupported(String.raw`(?:toolConfig\.tools\.\d+\.)?toolSpec\.strict`),
    about: 'strict-tools',
    scope: 'model',
  },
  {
    pattern: unsupported(String.raw`toolConfig\.toolChoice(?:\.(?:any|tool|auto))?`),
    about: 'tool-choice',
    scope: 'model',
  },
  {
    pattern: /^tool_choice: "(?:tool|any)" is not supported for this model\.(?: Use "auto"\.)?$/,
    about: 'tool-choice',
    scope: 'model',
  },
];

/** Text that AWS repeats from a request. It is removed before the message is searched for the signs below. */
const REPEATED = /"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`|\[[^\]]*\]/gs;
/** Signs of a rejected schema in an unknown message. They suffice to send this one request in another format. */
const SCHEMA_SIGN =
  /compiled grammar|\bstrict\b|\bschemas? (contains|is|are)\b|definitions in schema|output_?config|text_?format|input_?schema/i;
const TOOL_CHOICE_SIGN = /tool_?choice/i;
const FORMAT_SIGN = /output_?config|text_?format/i;
const NAMES_TOOL = /(?:^|: )tools\.\d/;
const MAX_SEARCHED_LENGTH = 2_048;

/** Returns the code for a ValidationException with this message; null for a message about something else. */
export function schemaRejectionCode(message: string): Code | null {
  const rejection = rejectionIn(message);
  if (rejection === undefined) return null;
  return rejection.about === 'tool-choice' ? 'tool_choice_refused' : 'schema_refused';
}

/** Returns the rejected part of the request; undefined for every other failure. */
export function schemaRejectionOf(error: unknown): SchemaRejection | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  if (error.code !== 'schema_refused' && error.code !== 'tool_choice_refused') return undefined;
  return rejectionIn(error.message);
}

/** Returns true for a rejection of the answer's format. A rejection that names a tool concerns that tool. */
export function isFormatRejection(error: unknown): boolean {
  const rejection = schemaRejectionOf(error);
  if (rejection?.about !== 'format' && rejection?.about !== 'schemas') return false;
  return !(error instanceof GatewayError && NAMES_TOOL.test(error.message));
}

function rejectionIn(message: string): SchemaRejection | undefined {
  const inner = innermostMessage(message);
  const template = inner === undefined ? undefined : TEMPLATES.find(({ pattern }) => pattern.test(inner));
  if (template === undefined) return guessRejection(message.slice(0, MAX_SEARCHED_LENGTH));
  const { about, scope } = template;
  const isAboutFormat = about === 'schemas' && inner?.startsWith('output_config.');
  return { about: isAboutFormat ? 'format' : about, scope };
}

function guessRejection(message: string): SchemaRejection | undefined {
  const withoutQuotes = message.replaceAll(REPEATED, ' ');
  if (FORMAT_SIGN.test(withoutQuotes)) return { about: 'format', scope: 'request' };
  if (SCHEMA_SIGN.test(withoutQuotes)) return { about: 'schemas', scope: 'request' };
  return TOOL_CHOICE_SIGN.test(withoutQuotes) ? { about: 'tool-choice', scope: 'request' } : undefined;
}

function schemas(text: string): SchemaTemplate {
  return { pattern: new RegExp(`^${PATH}${text}$`), about: 'schemas', scope: 'schemas' };
}

/** Matches the message of Converse: "This model doesn't support the X field. Remove X and try again." (observed, 2026-11). */
function unsupported(field: string): RegExp {
  return new RegExp(`^This model doesn['’]t support the ${field} field\\.(?: Remove ${field} and try again\\.)?$`);
}
