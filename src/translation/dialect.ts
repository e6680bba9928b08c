import type { ModelCard } from '../models/model.ts';
import type { ConverseAnswer, ConverseEvent, ConverseRequest } from './converse/wire.ts';
import type { Concessions, SchemaUse } from './structured/expectation.ts';

/** The envelope that every request body has. */
export interface DialectRequest {
  model: string;
  stream?: boolean | null;
}

/** What translators may not make up themselves: identity and time of the answer, and what its name asked for. */
export interface Reply {
  /** Random part of the answer's id; the dialect adds its prefix (`chatcmpl-`, `cmpl-`). */
  id: string;
  /** Seconds since the epoch. */
  created: number;
  /** Name of the model that answers, as the answer's `model`. */
  model: string;
  /** The requested name itself asked for thinking (`…-thinking`): the answer shows it in `thinking`. */
  thinkingByName: boolean;
}

/** What the route says to a translator about the model that will answer. */
export interface TranslationContext {
  model: ModelCard;
  /** The name itself asked for thinking (`…-thinking`). */
  thinkingByName: boolean;
  /** Tokens of the answer when the request names none. */
  defaultMaxTokens: number;
  /** What Bedrock refused of this model and these schemas before. */
  concessions?: Concessions;
}

/**
 * A request in Converse's words. Several inputs where one request becomes several upstream calls
 * (`n`, lists of prompts); their order is the order of the choices.
 */
export interface Translation {
  inputs: readonly ConverseRequest[];
  /** What was changed or dropped for the model's sake, e.g. `top_p=dropped`, `max_tokens=64000`. */
  adjusted: readonly string[];
  /** Absent where no schema has a part in it. */
  schemaUse?: SchemaUse;
}

/** One server-sent event; `data` is JSON text, ready to be written. */
export interface SseFrame {
  event?: string;
  data: string;
}

/** Ends every good stream of OpenAI's dialects: literal text, not JSON. */
export const DONE: SseFrame = { data: '[DONE]' };

/** For events that have nothing to tell. */
export const NO_FRAMES: readonly SseFrame[] = [];

/** A stream in the making: one state machine a request. Synchronous and pure. */
export interface FrameWriter {
  /** Frames for one event of upstream call number `call`. */
  onEvent(event: ConverseEvent, call: number): readonly SseFrame[];
  /** Frames after all upstream calls have ended well: usage, the terminator. */
  onEnd(): readonly SseFrame[];
}

/** How one public API is said in Converse: four verbs, the same for every dialect. */
export interface Dialect<Request extends DialectRequest, Answer> {
  /** Short name, in ids of log lines and metrics. */
  readonly name: string;
  /** Throws GatewayError 400 with `param` for what the model cannot be told. */
  toConverse(request: Request, context: TranslationContext): Translation;
  toAnswer(outputs: readonly ConverseAnswer[], request: Request, reply: Reply): Answer;
  toFrames(request: Request, reply: Reply): FrameWriter;
}
