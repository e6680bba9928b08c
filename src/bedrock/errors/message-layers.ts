/** Maximum length of AWS's message templates in characters. The limit bounds the time of every pattern. */
const MAX_MESSAGE_LENGTH = 4_096;
/** Maximum number of wrappers around the message of a model, plus one (three observed for gpt-oss, 2026-09-22). */
const MAX_LAYERS = 4;

/** Texts that Bedrock places around the message of a model. Each pattern matches the whole message. */
const WRAPPERS: readonly RegExp[] = [
  // Converse and InvokeModel, all models (observed, 2026-11).
  /^The model returned the following errors: (.*)$/s,
  // Titan embeddings (recorded, 2026-09-22).
  /^400 Bad Request: (.*)$/s,
];

/** Texts that contain the message of a model as a quoted string with escaped quotes. */
const QUOTING_WRAPPERS: readonly RegExp[] = [
  // GLM and MiniMax (strands-agents/harness-sdk#3969, 2026-08-25).
  /^Mantle streaming error for requestId [\w-]+: "((?:[^"\\]|\\.)*)"$/s,
  // gpt-oss (recorded in public test suites, 2026-09-22).
  /^ErrorEvent \{ error: APIError \{ type: "BadRequestError", code: Some\(400\), message: "((?:[^"\\]|\\.)*)" \} \}$/s,
];

/** Values of `type` or `code` with which models report a rejected request in a JSON error. */
const REJECTIONS: readonly unknown[] = ['invalid_request_error', 'validation_error', 'BadRequestError'];

/**
 * Removes the texts that Bedrock places around the message of a model. Returns undefined for a message longer than AWS's
 * templates.
 */
export function innermostMessage(message: string): string | undefined {
  if (message.length > MAX_MESSAGE_LENGTH) return undefined;
  let inner = message;
  for (let layer = 0; layer < MAX_LAYERS; layer += 1) {
    const next = unwrapped(inner);
    if (next === undefined) break;
    inner = next;
  }
  return inner.trimEnd();
}

function unwrapped(message: string): string | undefined {
  if (message.startsWith('{')) return messageOfJson(message);
  for (const wrapper of WRAPPERS) {
    const inner = wrapper.exec(message)?.[1];
    if (inner !== undefined) return inner;
  }
  for (const wrapper of QUOTING_WRAPPERS) {
    const inner = wrapper.exec(message)?.[1];
    if (inner !== undefined) return inner.replaceAll(/\\(.)/gs, '$1');
  }
  return undefined;
}

/** Reads the message of Anthropic's and OpenAI's error objects: `{"type":"error","error":{"type":…,"message":…}}`. */
function messageOfJson(json: string): string | undefined {
  try {
    const { error } = JSON.parse(json) as { error?: { type?: unknown; code?: unknown; message?: unknown } };
    const isRejection = REJECTIONS.includes(error?.type) || REJECTIONS.includes(error?.code);
    return isRejection && typeof error?.message === 'string' ? error.message : undefined;
  } catch {
    return undefined;
  }
}
