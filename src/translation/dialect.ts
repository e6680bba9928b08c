import type { GatewayError } from '../errors/errors.ts';
import type { MediaReference } from '../media/media-reference.ts';
import type { Model } from '../models/types/model.ts';
import type { SignedThinking } from './thinking-blocks/signed-thinking.ts';
import type { ConverseAnswer, ConverseEvent, ConverseRequest } from '../wire/converse.ts';
import type { HistoryOmissions } from './history/history-omissions.ts';
import type { MetadataCaller, TranslationPolicy } from './policy.ts';
import type { SchemaFallback, EnforcedSchemas } from './json-schema/expected-output.ts';
import type { JsonSchema } from './json-schema/json-schema.ts';
import type { RenamedProperties } from './tool-schemas/renamed-properties.ts';
import type { SseFrame } from '../wire/sse-frame.ts';

/** The fields of every request body that the gateway itself reads. */
export interface DialectRequest {
  /** Name of the model; the default model if absent. */
  model?: string | null;
  stream?: boolean | null;
}

/** Identity and time of an answer, and the functions and options with which a translator builds it. */
export interface AnswerOptions {
  /** Random part of the answer's id; the dialect adds its prefix (`chatcmpl-`, `cmpl-`). */
  id: string;
  /** Seconds since the epoch. */
  created: number;
  /** Returns the time in seconds since the epoch. If absent, the end of an answer is reported as `created`. */
  clock?: () => number;
  /** Name of the model that answers, reported as `model`. */
  model: string;
  /** True if the requested model name enables thinking (`…-thinking`). The answer then has the field `thinking`. */
  thinkingByName: boolean;
  /** Name of the only model that accepts the thinking of this answer; absent if other models accept it too. */
  thinkingBoundTo?: string;
  /** Stores the thinking that precedes a tool call, for clients that do not send it back. */
  saveThinking?: SaveThinking;
  /** Encrypts content that the client stores for the gateway. If absent, the answer has no such content. */
  seal?: Seal;
}

/** A tool call, by the id and the tool name that the client uses. */
export interface ToolCallRef {
  id: string;
  /** Name of the tool; in the Responses API with its namespace. */
  name: string;
}

/** Stores thinking and returns the id of the tool call for the client: the original one, or one that carries the thinking. */
export type SaveThinking = (call: ToolCallRef, thinking: readonly SignedThinking[]) => string;

/** Kinds of encrypted content that clients store for the gateway: thinking, and compacted conversations. */
export type SealedContentKind = 'thoughts' | 'compaction';

/** Encrypts bytes and returns text. Only a request with the same API key can decrypt it. */
export type Seal = (bytes: Uint8Array, kind: SealedContentKind) => string;

/**
 * Decrypts the result of `Seal`. Returns `foreign` if the text does not have the gateway's format, and `changed` if it was
 * modified or encrypted for another API key.
 */
export type Unseal = (text: string, kind: SealedContentKind) => Uint8Array | 'foreign' | 'changed';

/** The model that answers a request, and what a translator needs besides the request itself. */
export interface TranslationOptions {
  model: Model;
  /** True if the requested model name enables thinking (`…-thinking`). */
  thinkingByName: boolean;
  /** True if the requested model name asks for the long context (`[1m]`). */
  longContext?: true;
  /** Maximum tokens of the answer if the request sets no limit. */
  defaultMaxTokens: number;
  /** Stored thinking that preceded the tool calls of the history, by the id of the call. */
  storedThinking?: ReadonlyMap<string, readonly SignedThinking[]>;
  /** Decrypts content that `seal` encrypted in an earlier answer. If absent, all encrypted content counts as `foreign`. */
  unseal?: Unseal;
  /** Media that the request names by URL, fetched before the translation: base64 by URL. */
  fetchedMedia?: ReadonlyMap<string, string>;
  /** Settings that apply to requests; `DEFAULT_POLICY` if absent. */
  policy?: TranslationPolicy;
  /** The caller, for the request metadata. */
  caller?: MetadataCaller;
  /** The output format and strictness to which earlier rejections by Bedrock limit this model and these schemas. */
  schemaFallback?: SchemaFallback;
  /** Parts of the history that Bedrock rejected in an earlier attempt at this request. */
  history?: HistoryOmissions;
  /** Looks up what Bedrock rejected of earlier requests; absent while it has rejected nothing. */
  rejectedBefore?: RejectedBefore;
}

/** Looks up the rejections of earlier requests, so that a request is not translated before its fallback is known. */
export interface RejectedBefore {
  /** Returns the fallback that these schemas need. */
  schemas(schemas: readonly JsonSchema[]): SchemaFallback;
  /** Returns true if the model rejected these beta flags. */
  betaFlags(flags: readonly string[]): boolean;
}

/**
 * A request translated to Converse. One request may need several upstream calls (`n`, lists of prompts). The order of
 * `inputs` is the order of the choices.
 */
export interface Translation {
  /** Bodies of Converse, one for each upstream call. */
  inputs: readonly ConverseRequest[];
  /** Fields that the gateway changed or dropped for the model, e.g. `top_p=dropped`, `max_tokens=64000`. */
  adjusted: readonly string[];
  /** Stop sequences at which the gateway itself ends the answer; absent if Bedrock applies all of them. */
  emulatedStops?: readonly string[];
  /** Schemas that Bedrock enforces; absent if the request has none. */
  schemaUse?: EnforcedSchemas;
  /** Schema properties that have another name for the model; absent if there are none. */
  renamed?: RenamedProperties;
}

/** Converts the events of one streamed request to SSE frames. Holds the state of the stream, and does no I/O. */
export interface FrameWriter {
  /** Returns the frames for one event of the upstream call with index `call`. */
  onEvent(event: ConverseEvent, call: number): readonly SseFrame[];
  /** Returns the frames after all upstream calls have succeeded: usage, the terminator. */
  onEnd(): readonly SseFrame[];
  /** Returns the frames that report the failure of a started stream; undefined or absent if the API defines no such events. */
  onFailure?(failure: GatewayError): readonly SseFrame[] | undefined;
}

/** Converts the requests and answers of one public API to and from Converse. */
export interface Dialect<Request extends DialectRequest, Answer> {
  /** Short name for log lines and metrics. */
  readonly name: string;
  /**
   * Returns the media to fetch before `toConverse`; absent if the API has no media URLs. Does not validate the request.
   */
  mediaReferences?(request: Request, model: Model): readonly MediaReference[];
  /** Returns the tool calls of the history, for which thinking may be stored. Does not validate the request. */
  callReferences?(request: Request): readonly ToolCallRef[];
  /**
   * Converts a request to Converse.
   *
   * @throws GatewayError 400 with `param` if a field is invalid or the model cannot take it
   */
  toConverse(request: Request, options: TranslationOptions): Translation;
  /** Converts the answers of all upstream calls, in the order of `Translation.inputs`, to the body of the response. */
  toAnswer(outputs: readonly ConverseAnswer[], request: Request, reply: AnswerOptions): Answer;
  /** Creates the writer of a streamed response. */
  toFrames(request: Request, reply: AnswerOptions): FrameWriter;
}
