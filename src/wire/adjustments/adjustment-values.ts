/** One row of the register. */
export interface AdjustmentMeaning {
  /** One sentence for docs/compatibility.md. */
  readonly meaning: string;
  /** Former spelling; by field where fields had different ones, `*` for all others. */
  readonly former?: string | Readonly<Record<string, string>>;
}

/** Register of the values in `x-outcrop-adjusted: field=value`. `{count}` and `{level}` stand for a number and an effort. */
export const ADJUSTMENT_VALUES = {
  dropped: { meaning: 'This model does not accept the field, so it was not sent.' },
  ignored: { meaning: 'Bedrock has no counterpart of the field, so it has no effect with any model.' },
  unknown: { meaning: 'The gateway does not know the field, so it was not sent.' },
  omitted: {
    meaning:
      'A property of a tool or of a cache point that only Anthropic has was not sent; the rest of the object was.',
    former: 'left_out',
  },
  renamed: {
    meaning: 'A name or an id was replaced by one with characters and a length that the model accepts.',
    former: { 'file.filename': 'safe_name' },
  },
  repaired: { meaning: 'A schema of an older draft was rewritten in draft 2020-12 of JSON Schema.' },
  simplified: {
    meaning: 'A schema lost keywords that the model does not accept; the gateway checks them in the answer.',
    former: 'lowered',
  },
  merged: { meaning: 'Consecutive messages of one role became one message.' },
  moved: { meaning: 'A cache point moved to the nearest place where the model accepts one.' },
  alternatives_combined: { meaning: 'The alternatives at the top level of a tool schema became one object.' },
  converted_to_text: {
    meaning: 'Content without a counterpart in the request to the model became text.',
    former: { tool_calls: 'told_as_text', '*': 'text' },
  },
  server_blocks_converted_to_text: {
    meaning: "Blocks of Anthropic's server tools became text.",
    former: 'server_blocks_as_text',
  },
  text_only: { meaning: 'The model receives the text of a PDF without its pages.' },
  text_block_added: {
    meaning: 'A turn with documents has a text block, which Bedrock requires.',
    former: 'text_added',
  },
  '{count}_omitted': { meaning: 'So many images or documents of the history were replaced by a text.' },
  reordered: { meaning: 'Results of tools follow the message with their calls.', former: 'moved' },
  repeated_dropped: { meaning: 'Only the last of several results of one tool call was sent.' },
  error_result_added: {
    meaning: 'A tool call without a result has a result that states an error.',
    former: 'error_added',
  },
  moved_beside_result: {
    meaning: 'Media of a tool result were moved from the result to a place beside it.',
    former: 'beside_result',
  },
  moved_to_own_turn: { meaning: 'Content beside results of tools has a separate turn.', former: 'own_turn' },
  wrapped: { meaning: 'Arguments of a tool call that are no object became a property of an object.' },
  empty_keys_dropped: { meaning: 'Properties with an empty name were removed from the arguments of a tool call.' },
  added_from_history: {
    meaning: 'Tools that only the history mentions were added to the tools of the request.',
    former: 'from_history',
  },
  duplicates_dropped: { meaning: 'A tool that is defined twice was sent once.' },
  moved_to_description: { meaning: 'The format of a custom tool was moved to its description.', former: 'described' },
  type_object_added: {
    meaning: 'The top level of a schema had no type and received the type object.',
    former: 'type_object',
  },
  beta_flag_added: { meaning: 'The beta flag that the field needs was added.', former: 'beta_flag' },
  auto_with_instruction: {
    meaning: 'The model does not accept a forced tool choice: it has `auto`, and an instruction demands the tool.',
    former: 'auto_with_hint',
  },
  instruction: {
    meaning: 'The model has no such parameter: an instruction in the system prompt replaces it.',
    former: 'hint',
  },
  kept_between_tool_calls: {
    meaning: 'The model thinks between tool calls. A request cannot disable this thinking.',
    former: 'between_tools',
  },
  disabled_for_tool_choice: {
    meaning: 'Thinking is off, because the model does not accept it with a forced tool choice.',
    former: 'off_for_tool_choice',
  },
  disabled_until_next_turn: {
    meaning:
      'Thinking is off until the next message of the user, because the history has lost the thinking of this turn.',
    former: 'off_until_next_turn',
  },
  adaptive: { meaning: 'The model decides how much it thinks.' },
  'effort_{level}': {
    meaning: 'The model receives this effort instead of a token budget, or instead of disabled thinking.',
  },
  unsigned_dropped: { meaning: 'Thinking without the signature of the model was not sent.', former: 'unsigned' },
  unreadable_dropped: { meaning: 'Sealed reasoning that no configured key opens was not sent.' },
  other_gateway_dropped: { meaning: 'Content that another service sealed was not sent.', former: 'foreign_dropped' },
  other_model_dropped: { meaning: 'Thinking of another model was not sent.', former: 'other_models_dropped' },
  other_account_dropped: {
    meaning: 'Thinking that is bound to another AWS account was not sent.',
    former: 'other_accounts_dropped',
  },
  rejected_dropped: { meaning: 'Content that Bedrock rejected before was not sent again.', former: 'refused_dropped' },
  trailing_dropped: { meaning: 'Thinking at the end of a message, where the model does not accept it, was not sent.' },
  limited_to_4: { meaning: 'Four of the cache points were sent, as many as Bedrock accepts.', former: 'four_kept' },
  ttl_5m: { meaning: 'The cache points live for five minutes, because the model supports no longer lifetime.' },
  ttl_1h: { meaning: 'The cache points live for an hour, the longest lifetime that Bedrock supports.' },
  moved_to_last_block: { meaning: 'The cache point of the request was moved to its last block.', former: 'last_block' },
  unsupported_dropped: {
    meaning: 'Beta flags that the model does not accept on Bedrock were not sent.',
    former: 'filtered',
  },
  moved_to_user_message: {
    meaning: 'The model has no system prompt, so it was added to the first message of the user.',
    former: 'user_message',
  },
  moved_to_system: { meaning: 'System messages at the beginning joined the system prompt.', former: 'system_to_top' },
  moved_to_user_turn: {
    meaning: 'System messages in the conversation became part of a turn of the user.',
    former: 'system_in_user_turn',
  },
  user_turn_prepended: {
    meaning: 'A turn of the user was added before a conversation that begins with the assistant.',
    former: 'opening_prepended',
  },
  continue_turn_appended: {
    meaning: 'A turn of the user was added, because the model does not continue a turn of the assistant.',
    former: 'continue_appended',
  },
  characters_replaced: { meaning: 'Characters that AWS does not accept were replaced.', former: 'sanitized' },
  extra_pairs_dropped: {
    meaning:
      'Pairs of metadata were not sent: there are more than the sixteen that Bedrock accepts, or the settings add a pair with the same name.',
    former: 'pairs_dropped',
  },
  blank_dropped: { meaning: 'Stop sequences of white space, which the model does not accept, were not sent.' },
  emulated: { meaning: 'The gateway ends the answer at the stop sequences.' },
  partly_emulated: { meaning: 'The gateway ends the answer at some of the stop sequences, the model at the others.' },
  text_beside_calls_dropped: {
    meaning: 'Text beside tool calls that is not the requested JSON was removed from the answer.',
  },
  unmet: { meaning: 'The answer does not conform to the requested format.' },
  unchecked: { meaning: 'The answer was not checked against the schema.' },
  estimated: { meaning: 'The number of tokens is an estimate of the gateway.' },
} as const satisfies Record<string, AdjustmentMeaning>;

type Registered = keyof typeof ADJUSTMENT_VALUES;

/**
 * The treatment of a request field. A value that replaces the client's value is not in the register and is reported
 * literally.
 */
export type AdjustmentValue = Exclude<Registered, `${string}{${string}`> | `${number}_omitted` | `effort_${string}`;
