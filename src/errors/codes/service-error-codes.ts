import { failureRow, invalidRow, keyLimitRow, rejectedRow, upstreamRow } from './error-code-row.ts';

/** Codes of API keys and limits, of Bedrock, and of the gateway itself. The first row of a code is its default. */
export const SERVICE_ERROR_CODES = {
  // API keys and limits.
  invalid_api_key: [
    failureRow(401, 'invalid_request_error', 'key', 'no', 'The API key is absent, unknown or expired.'),
  ],
  api_key_revoked: [
    failureRow(
      401,
      'invalid_request_error',
      'key',
      'no',
      'The API key was revoked, or was removed while the request was running.',
    ),
  ],
  api_key_disabled: [
    failureRow(401, 'invalid_request_error', 'key', 'no', 'An administrator has disabled the API key.'),
  ],
  application_required: [
    failureRow(
      403,
      'permission_error',
      'key',
      'no',
      'The API key belongs to no application, which the settings demand.',
    ),
  ],
  invalid_token: [
    failureRow(401, 'invalid_request_error', 'key', 'no', 'The token (JWT) is expired, forged or for another service.'),
  ],
  principal_disabled: [
    failureRow(403, 'permission_error', 'key', 'no', 'An administrator has disabled the principal of the token.'),
  ],
  groups_missing: [
    failureRow(403, 'permission_error', 'key', 'no', 'The identity provider has omitted the groups from the token.'),
  ],
  no_matching_team: [failureRow(403, 'permission_error', 'key', 'no', 'No group in the token belongs to a team.')],
  team_required: [
    invalidRow(400, 'The caller is in several teams and must choose one in the header `x-outcrop-team`.'),
  ],
  too_many_invalid_tokens: [
    failureRow(
      429,
      'rate_limit_error',
      'client',
      'client',
      'The address has sent too many tokens with an invalid signature.',
    ),
  ],
  permission_denied: [
    failureRow(403, 'permission_error', 'key', 'no', 'The API key may not use this endpoint or model.'),
  ],
  model_blocked: [failureRow(403, 'permission_error', 'key', 'no', 'The catalog of the company blocks the model.')],
  residency_denied: [
    failureRow(403, 'permission_error', 'key', 'no', 'The data policy of the caller allows no target of the model.'),
  ],
  guardrail_required: [
    failureRow(403, 'permission_error', 'key', 'no', 'The request changes the guardrail that the caller must use.'),
  ],
  too_many_upstream_calls: [
    failureRow(400, 'invalid_request_error', 'key', 'no', 'The request needs more calls than the key has in a minute.'),
  ],
  rate_limit_exceeded: [
    keyLimitRow('The API key has used its requests per minute.'),
    failureRow(
      429,
      'tokens',
      'quota',
      'client',
      'A quota of Bedrock per minute is used up, so the request is not sent.',
    ),
    failureRow(429, 'rate_limit_error', 'upstream', 'gateway', 'Bedrock throttles the account.'),
  ],
  concurrency_limit_exceeded: [keyLimitRow('The API key has too many requests, uploads or bytes of bodies at a time.')],
  schema_budget_exceeded: [keyLimitRow('The API key has used its CPU time for JSON schemas.')],
  too_many_background_responses: [keyLimitRow('The API key has too many background responses that have not ended.')],
  insufficient_quota: [
    failureRow(
      429,
      'rate_limit_error',
      'upstream',
      'no',
      'A quota of Bedrock is used up for the day, or is too small.',
    ),
    failureRow(429, 'tokens', 'quota', 'no', 'The gateway has counted that a daily quota of Bedrock is used up.'),
  ],
  // Bedrock.
  context_length_exceeded: [rejectedRow(400, 'The prompt does not fit into the context of the model.')],
  tokens_not_counted: [rejectedRow(400, 'Bedrock does not count tokens for this model.')],
  schema_refused: [rejectedRow(400, 'Bedrock does not accept a JSON schema of the request.')],
  tool_choice_refused: [rejectedRow(400, 'The model does not accept the tool choice of the request.')],
  upstream_rejected: [
    rejectedRow(400, 'Bedrock rejects the request with an exception that the gateway does not know.'),
  ],
  model_access_denied: [
    failureRow(403, 'permission_error', 'upstream', 'no', 'The AWS account has no access to the model.'),
  ],
  conflict: [rejectedRow(409, 'AWS reports a conflict with another operation.')],
  internal_server_error: [upstreamRow(500, 'Bedrock has failed.')],
  model_error: [
    upstreamRow(502, 'The model has failed, or Bedrock could not read its output, which the gateway does not retry.'),
  ],
  upstream_error: [upstreamRow(502, 'A proxy in front of Bedrock answered, or Bedrock failed in an unknown way.')],
  upstream_connection_error: [upstreamRow(502, 'The connection to Bedrock failed.')],
  upstream_stream_incomplete: [upstreamRow(502, 'The stream from Bedrock ended before the answer was complete.')],
  upstream_stream_corrupt: [upstreamRow(502, 'The event stream from Bedrock is damaged.')],
  upstream_invalid_answer: [upstreamRow(502, 'Bedrock returned a body that is not an answer of the operation.')],
  upstream_answer_too_large: [
    failureRow(502, 'server_error', 'upstream', 'no', 'The answer of Bedrock exceeds 64 MiB.'),
  ],
  structured_output_invalid: [
    failureRow(502, 'server_error', 'upstream', 'no', 'The answer of the model does not match the requested format.'),
  ],
  service_unavailable: [
    upstreamRow(503, 'Bedrock is not available.'),
    failureRow(503, 'server_error', 'gateway', 'client', 'A library of the gateway reports that it is not available.'),
  ],
  model_not_ready: [upstreamRow(503, 'Bedrock still loads the model.')],
  model_timeout: [upstreamRow(504, 'The model did not answer within the time limit of Bedrock.')],
  // The gateway.
  governance_unavailable: [
    failureRow(
      503,
      'server_error',
      'gateway',
      'client',
      'The gateway has no current list of the teams and keys of its database.',
    ),
  ],
  token_keys_unavailable: [
    failureRow(
      503,
      'server_error',
      'gateway',
      'client',
      'The issuer of the token has not sent its keys since the start.',
    ),
  ],
  responses_not_stored: [failureRow(404, 'invalid_request_error', 'gateway', 'no', 'The settings store no responses.')],
  internal_error: [
    failureRow(500, 'server_error', 'gateway', 'client', 'The gateway has a defect; its log has the cause.'),
  ],
  upstream_auth_error: [
    failureRow(
      500,
      'server_error',
      'gateway',
      'client',
      'The AWS credentials of the gateway are absent or not accepted.',
    ),
  ],
  attribution_unavailable: [
    failureRow(
      503,
      'server_error',
      'gateway',
      'client',
      'The gateway has no AWS session for the team, and its settings refuse calls that the bill of AWS cannot attribute.',
    ),
  ],
  moderations_not_configured: [
    failureRow(501, 'invalid_request_error', 'gateway', 'no', 'The settings name no guardrail for moderations.'),
  ],
  database_unavailable: [
    failureRow(503, 'server_error', 'gateway', 'client', 'The database of teams and keys is not available.'),
  ],
  overloaded: [
    failureRow(503, 'server_error', 'gateway', 'client', 'The gateway has more requests than it can process.'),
  ],
  server_shutting_down: [
    failureRow(503, 'server_error', 'gateway', 'client', 'This replica stopped before the answer was complete.'),
  ],
  response_store_unavailable: [
    failureRow(503, 'server_error', 'gateway', 'client', 'The store of responses does not answer.'),
  ],
  response_not_kept: [
    failureRow(
      503,
      'server_error',
      'gateway',
      'client',
      'The store is not reachable, or the response is too large for it.',
    ),
  ],
  response_stopped: [
    failureRow(503, 'server_error', 'gateway', 'client', 'A stored response was canceled, or its process stopped.'),
  ],
  timeout: [
    failureRow(
      504,
      'server_error',
      'gateway',
      'gateway',
      'Bedrock did not answer within the time limit of the gateway.',
    ),
    failureRow(504, 'server_error', 'client', 'no', 'The request took longer than `x-outcrop-timeout-ms` allows.'),
  ],
} as const;
