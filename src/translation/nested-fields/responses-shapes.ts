import {
  BOOLEAN,
  shapeBy,
  type ShapeFields,
  fieldWithoutEffect,
  type Shape,
  shapeOf,
  shapeByField,
} from './field-shape.ts';
import { HARMLESS_ON_CALLS, HARMLESS_ON_ITEMS } from './harmless-fields.ts';
import { type RequestFieldShapes, requestFieldShapes } from './inspect-fields.ts';
import {
  CACHE_CONTROL,
  FLAT_FORMAT,
  TOOL_OFFER_FIELDS,
  INPUT_FILE,
  INPUT_IMAGE,
  INPUT_TEXT,
  REASONING,
  REFUSAL_PART,
  SHARED_FIELD_SHAPES,
} from './shared-shapes.ts';

const PARTS = shapeByField('type', {
  input_text: INPUT_TEXT,
  output_text: INPUT_TEXT,
  refusal: REFUSAL_PART,
  input_image: INPUT_IMAGE,
  input_file: INPUT_FILE,
});

const COMMON_TOOL_FIELDS = {
  cache_control: CACHE_CONTROL,
  ...TOOL_OFFER_FIELDS,
  output_schema: fieldWithoutEffect('ignored'),
};
const DESCRIBED = ['type', 'name', 'description'];
const NAMED_TOOLS: Readonly<Record<string, Shape>> = {
  function: shapeOf([DESCRIBED, ['parameters']], { ...COMMON_TOOL_FIELDS, strict: BOOLEAN }),
  custom: shapeOf([DESCRIBED], { ...COMMON_TOOL_FIELDS, format: shapeOf([['type', 'syntax', 'definition']]) }),
};
const CLIENT_TOOL = shapeOf([['type']], COMMON_TOOL_FIELDS);

/** Environments of a shell tool. The client runs a local shell. Containers of OpenAI do not exist here. */
const SHELL_ENVIRONMENTS: Readonly<Record<string, Shape>> = {
  local: shapeOf([['type']], { skills: fieldWithoutEffect('ignored') }),
};
const SHELL: Shape = shapeOf([['type']], {
  ...COMMON_TOOL_FIELDS,
  environment: shapeByField('type', SHELL_ENVIRONMENTS),
});
const HOSTED_SHELL: Shape = shapeOf([['type']], { ...COMMON_TOOL_FIELDS, environment: fieldWithoutEffect('ignored') });

/** Tools of the client. A translator rejects or drops hosted tools as a whole. */
const TOOLS = shapeByField('type', {
  ...NAMED_TOOLS,
  namespace: shapeOf([DESCRIBED], { tools: shapeByField('type', NAMED_TOOLS) }),
  shell: shapeBy(({ environment }) => (isLocal(environment) ? SHELL : HOSTED_SHELL)),
  local_shell: CLIENT_TOOL,
  apply_patch: CLIENT_TOOL,
  tool_search: shapeOf([['type', 'execution', 'description', 'parameters']], COMMON_TOOL_FIELDS),
});

function isLocal(environment: unknown): boolean {
  return typeof environment === 'object' && environment !== null && (environment as ShapeFields)['type'] === 'local';
}

const CALL_KINDS = ['type', 'call_id', 'name', 'arguments', 'input'];
const CALL = shapeOf([CALL_KINDS, HARMLESS_ON_ITEMS, HARMLESS_ON_CALLS]);
/** Calls with an action or operation of any shape, because the model wrote it. */
const ACTION_CALL = shapeOf([['type', 'call_id', 'action', 'operation'], HARMLESS_ON_ITEMS, HARMLESS_ON_CALLS]);
const RESULT_FIELDS = [['type', 'call_id', 'name'], HARMLESS_ON_ITEMS, HARMLESS_ON_CALLS] as const;
const RESULT = shapeOf(RESULT_FIELDS, { output: PARTS });
const PRINTED = shapeOf([['stdout', 'stderr', 'created_by']], { outcome: shapeOf([['type', 'exit_code']]) });

/** Known item types. The item reader reports items of hosted tools and of unknown types as a whole. */
const ITEM_KINDS: Readonly<Record<string, Shape>> = {
  message: shapeOf([['type', 'role'], HARMLESS_ON_ITEMS], { content: PARTS }),
  reasoning: shapeOf([['type', 'summary', 'content', 'encrypted_content'], HARMLESS_ON_ITEMS]),
  compaction: shapeOf([['type', 'encrypted_content'], HARMLESS_ON_ITEMS]),
  compaction_summary: shapeOf([['type', 'encrypted_content'], HARMLESS_ON_ITEMS]),
  item_reference: shapeOf([['type', 'id']]),
  additional_tools: shapeOf([['type', 'role'], HARMLESS_ON_ITEMS], { tools: TOOLS }),
  function_call: CALL,
  custom_tool_call: CALL,
  tool_search_call: CALL,
  shell_call: ACTION_CALL,
  local_shell_call: ACTION_CALL,
  apply_patch_call: ACTION_CALL,
  function_call_output: RESULT,
  custom_tool_call_output: RESULT,
  local_shell_call_output: RESULT,
  shell_call_output: shapeOf(RESULT_FIELDS, { output: PRINTED }),
  apply_patch_call_output: shapeOf([...RESULT_FIELDS, ['output']]),
  tool_search_output: shapeOf(RESULT_FIELDS, { tools: TOOLS }),
};
const ITEMS_BY_TYPE = shapeByField('type', ITEM_KINDS);

function itemKind(item: ShapeFields): Shape | undefined {
  if (item['type'] !== undefined && item['type'] !== null) return ITEMS_BY_TYPE;
  return 'role' in item ? ITEM_KINDS['message'] : ITEM_KINDS['item_reference'];
}

const CHOSEN = ['type', 'name', 'namespace'];

/** Fields of `POST /v1/responses`, and of bodies in its format on other paths. */
export const RESPONSES_FIELD_SHAPES: RequestFieldShapes = requestFieldShapes({
  ...SHARED_FIELD_SHAPES,
  input: { shape: shapeBy(itemKind) },
  reasoning: REASONING,
  text: { shape: shapeOf([['verbosity']], { format: FLAT_FORMAT }), only: 'object' },
  // Every streamed response contains the usage, so `include_usage` of chat has no effect.
  stream_options: { shape: shapeOf([['include_usage']], { include_obfuscation: BOOLEAN }), only: 'object' },
  tools: { shape: TOOLS },
  tool_choice: { shape: shapeOf([CHOSEN, ['mode']], { tools: shapeOf([CHOSEN]) }) },
});
