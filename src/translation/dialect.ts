import type { GatewayError } from '../errors/errors.ts';
import type { MediaReference } from '../media/media-reference.ts';
import type { Model } from '../models/types/model.ts';
import type { SignedThinking } from './thinking-blocks/signed-thinking.ts';
import type { ConverseAnswer, ConverseEvent, ConverseRequest } from '../wire/converse.ts';
import type { HistoryConcessions } from './history/history-concessions.ts';
import type { TranslationPolicy } from './policy.ts';
import type { SchemaFallback, EnforcedSchemas } from './json-schema/expected-output.ts';
import type { JsonSchema } from './json-schema/json-schema.ts';
import type { RenamedProperties } from './tool-schemas/renamed-properties.ts';
import type { SseFrame } from '../wire/sse-frame.ts';

/** The envelope that every request body has. */
export interface DialectRequest {
  /** Absent: the default model answers. */
  model?: string | null;
  stream?: boolean | null;
}

/** What translators may not make up themselves: identity and time of the answer, and what its name asked for. */
export interface AnswerOptions {
  /** Random part of the answer's id; the dialect adds its prefix (`chatcmpl-`, `cmpl-`). */
  id: string;
  /** Seconds since the epoch. */
  created: number;
  /** Returns the time in seconds since the epoch; without it an answer ends when it began. */
  clock?: () => number;
  /** Name of the model that answers, as the answer's `model`. */
  model: string;
  /** The requested name itself asked for thinking (`…-thinking`): the answer shows it in `thinking`. */
  thinkingByName: boolean;
  /** The model that alone takes the thoughts of this answer back; absent where others do too. */
  thoughtsBoundTo?: string;
  /** Keeps the signed thoughts that led to a call, for clients that throw them away; gives the call's id. */
  keepThoughts?: SaveThinking;
  /** Absent where nothing can be sealed: the client is given nothing to keep. */
  seal?: Seal;
}

/** A call of a tool by the id and the name that the client knows it by. */
export interface ToolCallRef {
  id: string;
  name: string;
}

/** Answers with the id that the client shall know the call by: the call's own, or one that holds the thoughts. */
export type SaveThinking = (call: ToolCallRef, thoughts: readonly SignedThinking[]) => string;

/** What clients keep for the gateway under seal: thoughts, and conversations made short. */
export type SealedContentKind = 'thoughts' | 'compaction';

/** For the API key that asks, and no other. */
export type Seal = (bytes: Uint8Array, kind: SealedContentKind) => string;

/** `foreign`: nothing of this gateway's; `changed`: it does not open, or was made for another API key. */
export type Unseal = (text: string, kind: SealedContentKind) => Uint8Array | 'foreign' | 'changed';

/** What the route says to a translator about the model that will answer. */
export interface TranslationOptions {
  model: Model;
  /** The name itself asked for thinking (`…-thinking`). */
  thinkingByName: boolean;
  /** The name asked for the long context (`[1m]`). */
  longContext?: true;
  /** Tokens of the answer when the request names none. */
  defaultMaxTokens: number;
  /** Signed thoughts that led to calls of the history, by the id that the client knows the call by. */
  thoughts?: ReadonlyMap<string, readonly SignedThinking[]>;
  /** Opens what `seal` of an earlier answer closed; without it everything sealed is foreign. */
  unseal?: Unseal;
  /** Base64 of what the request names by URL, by that URL: fetched before the translation. */
  fetchedMedia?: ReadonlyMap<string, string>;
  /** The settings' word on what requests may; their defaults where it is left out. */
  policy?: TranslationPolicy;
  /** Name of the API key. */
  caller?: string;
  /** What Bedrock refused of this model and these schemas before. */
  concessions?: SchemaFallback;
  /** What Bedrock refused of the history of this request. */
  history?: HistoryConcessions;
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
 * A request in Converse's words. Several inputs where one request becomes several upstream calls
 * (`n`, lists of prompts); their order is the order of the choices.
 */
export interface Translation {
  inputs: readonly ConverseRequest[];
  /** What was changed or dropped for the model's sake, e.g. `top_p=dropped`, `max_tokens=64000`. */
  adjusted: readonly string[];
  /** Stop sequences that the gateway itself ends the answer at; absent where there are none. */
  emulatedStops?: readonly string[];
  /** Absent where no schema has a part in it. */
  schemaUse?: EnforcedSchemas;
  /** Absent where the model knows all properties by the client's names. */
  renamed?: RenamedProperties;
}

/** A stream in the making: one state machine a request. Synchronous and pure. */
export interface FrameWriter {
  /** Frames for one event of upstream call number `call`. */
  onEvent(event: ConverseEvent, call: number): readonly SseFrame[];
  /** Frames after all upstream calls have ended well: usage, the terminator. */
  onEnd(): readonly SseFrame[];
  /** Frames that tell of a failure of the begun stream, for dialects that have words of their own for it. */
  onFailure?(failure: GatewayError): readonly SseFrame[] | undefined;
}

/** How one public API is said in Converse: the same verbs for every dialect. */
export interface Dialect<Request extends DialectRequest, Answer> {
  /** Short name, in ids of log lines and metrics. */
  readonly name: string;
  /** What has to be fetched before `toConverse`; absent where a request can name nothing by URL. Reads, refuses nothing. */
  mediaReferences?(request: Request, model: Model): readonly MediaReference[];
  /** Calls of the history whose thoughts may have been kept. Reads, refuses nothing. */
  callReferences?(request: Request): readonly ToolCallRef[];
  /** Throws GatewayError 400 with `param` for what the model cannot be told. */
  toConverse(request: Request, options: TranslationOptions): Translation;
  toAnswer(outputs: readonly ConverseAnswer[], request: Request, reply: AnswerOptions): Answer;
  toFrames(request: Request, reply: AnswerOptions): FrameWriter;
}
