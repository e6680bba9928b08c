import { GatewayError } from '../../errors/errors.ts';

/** Endpoints of OpenAI and Anthropic below `/v1/` without a counterpart here, each with what a client can do. */
const UNOFFERED: Readonly<Record<string, string>> = {
  assistants: 'Send conversations to /v1/responses or /v1/chat/completions.',
  audio: 'Send audio to a model that takes it, as a content part of /v1/chat/completions.',
  batches: 'Send each request to its own endpoint.',
  chatkit: 'Send conversations to /v1/responses or /v1/chat/completions.',
  complete: 'Send conversations to /v1/messages.',
  containers: 'Run code in tools of the client.',
  conversations: 'Send the conversation to /v1/responses, or its previous_response_id.',
  edits: 'Send the text to /v1/chat/completions.',
  engines: 'The models are listed at /v1/models.',
  evals: 'Send each request to its own endpoint.',
  files: 'Send the content of a file in the request, as base64.',
  'fine-tunes': 'Models are customized in Amazon Bedrock.',
  fine_tuning: 'Models are customized in Amazon Bedrock.',
  images: 'Models behind this gateway answer in text.',
  organization: 'Usage and keys are managed by the operator of this gateway.',
  organizations: 'Usage and keys are managed by the operator of this gateway.',
  realtime: 'Stream answers of /v1/responses or /v1/chat/completions.',
  skills: 'Send instructions and tools in the request.',
  threads: 'Send conversations to /v1/responses or /v1/chat/completions.',
  uploads: 'Send the content of a file in the request, as base64.',
  vector_stores: 'Make vectors with /v1/embeddings and search them in a store of the client.',
  videos: 'Models behind this gateway answer in text.',
};

const FAMILY = /^\/v1\/([\w-]+)(?=\/|$)/;
/** Parts of offered families that need a store of requests or answers. */
const STORED_CHATS = /^\/v1\/chat\/completions\/./;
const MESSAGE_BATCHES = /^\/v1\/messages\/batches(?=\/|$)/;

/** Returns the 404 for an endpoint that the gateway does not offer; undefined for other paths. */
export function unofferedEndpoint(path: string): GatewayError | undefined {
  if (STORED_CHATS.test(path)) {
    return notOffered('/v1/chat/completions/{id}', 'Stored answers are those of /v1/responses.');
  }
  if (MESSAGE_BATCHES.test(path)) return notOffered('/v1/messages/batches', 'Send each request to /v1/messages.');
  const [, family = ''] = FAMILY.exec(path) ?? [];
  const advice = Object.hasOwn(UNOFFERED, family) ? UNOFFERED[family] : undefined;
  return advice === undefined ? undefined : notOffered(`/v1/${family}`, advice);
}

function notOffered(endpoint: string, advice: string): GatewayError {
  return new GatewayError({
    code: 'endpoint_not_offered',
    message: `This gateway does not offer ${endpoint}. ${advice}`,
  });
}
