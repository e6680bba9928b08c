import { GatewayError } from '../../errors/errors.ts';

/** Endpoints of OpenAI and Anthropic under `/v1/` that the gateway does not offer, each with the alternative. */
const UNOFFERED: Readonly<Record<string, string>> = {
  assistants: 'Send conversations to /v1/responses or /v1/chat/completions.',
  audio: 'Send audio to a model that accepts it, as a content part of /v1/chat/completions.',
  batches: 'Send each request to its own endpoint.',
  chatkit: 'Send conversations to /v1/responses or /v1/chat/completions.',
  complete: 'Send conversations to /v1/messages.',
  containers: 'Run code in tools of the client.',
  conversations: 'Send the whole conversation, or its previous_response_id, to /v1/responses.',
  edits: 'Send the text to /v1/chat/completions.',
  engines: 'The models are listed at /v1/models.',
  evals: 'Send each request to its own endpoint.',
  files: 'Send the content of a file in the request, as base64.',
  'fine-tunes': 'Models are customized in Amazon Bedrock.',
  fine_tuning: 'Models are customized in Amazon Bedrock.',
  images: 'The models of this gateway return text only.',
  organization: 'Usage and keys are managed by the operator of this gateway.',
  organizations: 'Usage and keys are managed by the operator of this gateway.',
  realtime: 'Stream answers of /v1/responses or /v1/chat/completions.',
  skills: 'Send instructions and tools in the request.',
  threads: 'Send conversations to /v1/responses or /v1/chat/completions.',
  uploads: 'Send the content of a file in the request, as base64.',
  vector_stores: 'Create embeddings with /v1/embeddings and search them in a vector store of the client.',
  videos: 'The models of this gateway return text only.',
};

const FAMILY = /^\/v1\/([\w-]+)(?=\/|$)/;
/** Parts of offered endpoints that would need stored requests or answers. */
const STORED_CHATS = /^\/v1\/chat\/completions\/./;
const MESSAGE_BATCHES = /^\/v1\/messages\/batches(?=\/|$)/;

/** Returns a 404 for an endpoint that the gateway does not offer; undefined for other paths. */
export function unofferedEndpoint(path: string): GatewayError | undefined {
  if (STORED_CHATS.test(path)) {
    return notOffered('/v1/chat/completions/{id}', 'Only /v1/responses stores answers.');
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
