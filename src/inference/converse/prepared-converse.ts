import type { ParallelCalls } from '../../admission/upstream-calls.service.ts';
import type { Route } from '../../models/types/model.ts';
import type { RequestContext } from '../../request/request-context.ts';
import type { Translation } from '../../translation/dialect.ts';
import type { HistoryOmissions } from '../../translation/history/history-omissions.ts';
import type { EnforcedSchemas } from '../../translation/json-schema/expected-output.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { PreparedRequest } from '../attempts/attempt.ts';
import type { OutputContract } from '../structured/structured-output.service.ts';

const NO_FLAGS: readonly string[] = [];

/** The parts of a prepared Converse request. */
export interface ConverseParts {
  readonly route: Route;
  readonly context: RequestContext;
  readonly parallelCalls: ParallelCalls;
  readonly translation: Translation;
  /** The parts of the history that the translation leaves out. */
  readonly history: HistoryOmissions;
  /** The format that the answer must have, with its check; undefined for free text. */
  readonly contract: OutputContract | undefined;
}

/** A request of a dialect that is translated to Converse for one model. */
export class PreparedConverse implements PreparedRequest {
  readonly operation = 'converse';
  readonly betaFlags = NO_FLAGS;
  readonly route: Route;
  readonly context: RequestContext;
  readonly id: string;
  readonly size: number;
  readonly parallelCalls: ParallelCalls;
  readonly translation: Translation;
  readonly contract: OutputContract | undefined;

  constructor({ route, context, parallelCalls, translation, history, contract }: ConverseParts) {
    this.route = route;
    this.context = context;
    this.id = idOf(translation.schemaUse, history);
    this.size = translation.inputs.length;
    this.parallelCalls = parallelCalls;
    this.translation = translation;
    this.contract = contract;
  }

  enforcedSchemas(): EnforcedSchemas | undefined {
    return this.translation.schemaUse;
  }

  /** Returns the request of upstream call number `index`. */
  input(index: number): ConverseRequest {
    return this.translation.inputs[index]!;
  }
}

/**
 * Returns an id of the parts that Bedrock can reject: the output format, and the parts of the history. An attempt
 * without a rejected part therefore does not reuse a call with that part.
 */
function idOf(use: EnforcedSchemas | undefined, history: HistoryOmissions): string {
  const format = use ? `${use.expected?.format ?? 'text'}/${use.strictTools}/` : '';
  return Object.entries(history).reduce((id, [part, value]) => `${id}${part}=${value}/`, format);
}
