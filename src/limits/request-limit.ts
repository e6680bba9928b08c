import type { BadRequestCode } from '../errors/codes/error-codes.ts';

/** APIs whose JSON bodies the gateway reads; each has its own field paths. */
export type LimitedApi =
  | 'chat'
  | 'completions'
  | 'responses'
  | 'compact'
  | 'messages'
  | 'countTokens'
  | 'embeddings'
  | 'moderations';

/**
 * Unit of a limit.
 * - `entries`: entries of the arrays at all paths together.
 * - `fields`: fields of an object.
 * - `names`: characters of a field name.
 * - `characters`: UTF-16 code units of a string.
 * - `value`: the number itself.
 * - `restored`: characters of the content that references of the request restore.
 */
export type LimitUnit = 'entries' | 'fields' | 'names' | 'characters' | 'value' | 'restored';

/** One row of the table of limits. */
export interface RequestLimit {
  /** What is limited, as a plural noun phrase, for documentation and error messages. */
  readonly what: string;
  readonly unit: LimitUnit;
  readonly max: number;
  /**
   * Paths of the fields by API: `messages[].content` is the content of every message, `metadata.*` every value of an object.
   * The empty path is the body.
   */
  readonly paths: Partial<Record<LimitedApi, readonly string[]>>;
  /** The reason for the value, for documentation. */
  readonly reason: string;
  /** The origin of the value: a public document with the month in which it was read, or the gateway. */
  readonly source: string;
}

/** Returns the `error.code` for a request above the limit: OpenAI's code, if it has one. */
export function limitCode({ unit }: Pick<RequestLimit, 'unit'>): BadRequestCode {
  switch (unit) {
    case 'entries':
      return 'array_above_max_length';
    case 'fields':
      return 'object_above_max_properties';
    case 'names':
    case 'characters':
      return 'string_above_max_length';
    case 'value':
      return 'integer_above_max_value';
    case 'restored':
      return 'restored_content_too_large';
    default:
      return unit satisfies never;
  }
}
