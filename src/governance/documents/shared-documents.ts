import {
  listOfText,
  mapOfText,
  oneOf,
  section,
  text,
  textMatching,
  type ValueKind,
  wholeNumber,
} from '../../config/settings/kinds.ts';
import { OptionalSetting, Setting } from '../../config/settings/setting.ts';
import { keyNamePattern } from '../../config/settings/api-key.ts';

/** A limit that no caller reaches, and that is small enough for exact calculations. */
const MAX_COUNT = 1_000_000_000_000;
const countKind = wholeNumber({ min: 0, max: MAX_COUNT });

/** Limits of lists and maps. Each replica has all objects in memory, and compares lists with each request. */
const MAX_LIST_ENTRIES = 1_000;
const MAX_LIST_CHARACTERS = 16_384;
const MAX_METADATA_ENTRIES = 100;
const MAX_METADATA_CHARACTERS = 16_384;

/** Limits of AWS for session tags, except that some of its 50 tags are kept for the gateway (API reference of STS, 2026-11). */
const MAX_SESSION_TAGS = 40;
const DOCUMENT_TAG_KEY = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/iu;
const DOCUMENT_TAG_VALUE = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,256}$/iu;
const MAX_PROFILE_OVERRIDES = 200;
const PROFILE_ID = /^\S{1,1000}$/;

/** Describes a list of texts with a limited number and length. `entries` completes "a list of up to 1000". */
export function shortListOf(entries: string): ValueKind {
  const kind = listOfText(
    `a list of up to ${MAX_LIST_ENTRIES} ${entries}, with ${MAX_LIST_CHARACTERS} characters together`,
  );
  return {
    ...kind,
    schema: { ...kind.schema, maxItems: MAX_LIST_ENTRIES },
    accepts: (value) => kind.accepts(value) && isShort(value as string[], MAX_LIST_ENTRIES, MAX_LIST_CHARACTERS),
  };
}

function shortMap(): ValueKind {
  const kind = mapOfText(
    `a map of up to ${MAX_METADATA_ENTRIES} names to texts, with ${MAX_METADATA_CHARACTERS} characters together`,
  );
  return {
    ...kind,
    schema: { ...kind.schema, maxProperties: MAX_METADATA_ENTRIES },
    accepts: (value) => {
      if (!kind.accepts(value)) return false;
      const entries = Object.entries(value as Record<string, string>).map((entry) => entry.join(''));
      return isShort(entries, MAX_METADATA_ENTRIES, MAX_METADATA_CHARACTERS);
    },
  };
}

/** Describes a map of session tags that AWS accepts. Keys that differ only in case are equal for AWS. */
function sessionTagMap(): ValueKind {
  const kind = mapOfText(
    `a map of up to ${MAX_SESSION_TAGS} tags, with keys of up to 128 and values of up to 256 letters, digits, spaces and _ . : / = + @ -, none beginning with aws:`,
  );
  return {
    ...kind,
    schema: { ...kind.schema, maxProperties: MAX_SESSION_TAGS },
    accepts: (value) => {
      if (!kind.accepts(value)) return false;
      const tags = Object.entries(value as Record<string, string>);
      const keys = new Set(tags.map(([key]) => key.toLowerCase()));
      return (
        tags.length <= MAX_SESSION_TAGS &&
        keys.size === tags.length &&
        tags.every(([key, text]) => DOCUMENT_TAG_KEY.test(key) && DOCUMENT_TAG_VALUE.test(text))
      );
    },
  };
}

function profileMap(): ValueKind {
  const kind = mapOfText(
    `a map of up to ${MAX_PROFILE_OVERRIDES} model names to ids or ARNs of inference profiles, without spaces`,
  );
  return {
    ...kind,
    schema: { ...kind.schema, maxProperties: MAX_PROFILE_OVERRIDES },
    accepts: (value) => {
      if (!kind.accepts(value)) return false;
      const ids = Object.values(value as Record<string, string>);
      return ids.length <= MAX_PROFILE_OVERRIDES && ids.every((id) => PROFILE_ID.test(id));
    },
  };
}

function isShort(texts: readonly string[], maxTexts: number, maxCharacters: number): boolean {
  if (texts.length > maxTexts) return false;
  return texts.reduce((sum, { length }) => sum + length, 0) <= maxCharacters;
}

/** Describes the name of a team, application, key or budget. */
export const objectName = textMatching(
  keyNamePattern,
  'a name of up to 64 letters, digits, dots, dashes, underscores and @, starting with a letter or digit',
);

/** Describes the id of an object. The gateway creates one if a document has none. */
export const objectId = textMatching(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  'an id of up to 64 letters, digits, dashes and underscores',
);

/** Describes a list of models. */
export const modelPatterns = shortListOf('model names or patterns such as [claude-*, nova-pro]');

/** Describes a name such as a cost center. */
export const shortText = textMatching(/^[^\p{Cc}]{1,256}$/u, 'text of up to 256 characters without control characters');

export class LimitsDocument {
  @OptionalSetting('Requests per minute.', countKind)
  requestsPerMinute?: number;

  @OptionalSetting('Tokens of input, cache writes and output per minute.', countKind)
  tokensPerMinute?: number;

  @OptionalSetting('Tokens of input, cache writes and output per day (UTC).', countKind)
  tokensPerDay?: number;

  @OptionalSetting('Requests in flight in each replica.', wholeNumber({ min: 0, max: 1_000_000 }))
  maxInFlight?: number;
}

export class DataPolicyDocument {
  @OptionalSetting('Geographies of inference profiles, such as eu, us or global.', shortListOf('geographies'))
  geographies?: string[];

  @OptionalSetting('Prefixes, ids or ARNs of inference profiles.', shortListOf('profiles'))
  profiles?: string[];

  @OptionalSetting(
    'Names of bedrock.accounts, or own for the account of the gateway.',
    shortListOf('names of accounts'),
  )
  accounts?: string[];
}

export class TeamGuardrailDocument {
  @Setting('Id or ARN of the guardrail.', text())
  id: string;

  @Setting('Version of the guardrail, or DRAFT.', text())
  version = 'DRAFT';
}

export class AwsAttributionDocument {
  @OptionalSetting(
    'Role that the gateway assumes for the calls of this team with bedrock.attribution, instead of the configured role of the same AWS account.',
    textMatching(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'the ARN of an IAM role'),
  )
  roleArn?: string;

  @OptionalSetting(
    'Further session tags of the calls of this team, by key. The tags of bedrock.attribution.tags take precedence.',
    sessionTagMap(),
  )
  sessionTags?: Record<string, string>;

  @OptionalSetting(
    'Inference profiles to call instead of those of the models, by name or id of the model.',
    profileMap(),
  )
  profileOverrides?: Record<string, string>;
}

/** Whether another model than the requested one may answer. */
export const modelChange = oneOf('allowed', 'exact');

export const limits = section(LimitsDocument);
export const dataPolicy = section(DataPolicyDocument);
export const teamGuardrail = section(TeamGuardrailDocument);
export const awsAttribution = section(AwsAttributionDocument);
export const metadata = shortMap();
