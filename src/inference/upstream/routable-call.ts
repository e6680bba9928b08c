import type { UpstreamCall } from '../../bedrock/operations/upstream-call.ts';
import type { RoutedCall } from '../../routing/target-candidates.ts';

/** A call of Bedrock, with the data that routing needs to choose its target. */
export interface RoutableCall<Answer> extends UpstreamCall<Answer>, RoutedCall {
  /**
   * Returns the body without the thinking blocks that are bound to another account; undefined if it has none. Called only
   * if turns of the conversation were answered in another account.
   */
  crossAccountBody(): object | undefined;
}
