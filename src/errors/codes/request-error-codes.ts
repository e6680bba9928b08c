import { failureRow, invalidRow, rejectedRow } from './error-code-row.ts';

/** Codes of requests that the gateway rejects for what they contain. The first row of a code is its default. */
export const REQUEST_ERROR_CODES = {
  // Fields, with OpenAI's codes.
  missing_required_parameter: [invalidRow(400, 'A required field is absent.')],
  invalid_type: [invalidRow(400, 'A field has the wrong type.')],
  invalid_value: [invalidRow(400, 'A field has a value that is not supported.')],
  integer_below_min_value: [invalidRow(400, 'An integer is below its minimum.')],
  integer_above_max_value: [invalidRow(400, 'An integer is above its maximum.')],
  decimal_below_min_value: [invalidRow(400, 'A number is below its minimum.')],
  decimal_above_max_value: [invalidRow(400, 'A number is above its maximum.')],
  empty_array: [invalidRow(400, 'A list has no entries.')],
  empty_string: [invalidRow(400, 'A text is empty.')],
  array_above_max_length: [invalidRow(400, 'A list has more entries than the limit.')],
  object_above_max_properties: [invalidRow(400, 'An object has more properties than the limit.')],
  string_above_max_length: [invalidRow(400, 'A text is longer than the limit.')],
  restored_content_too_large: [invalidRow(400, 'The stored content that the request refers to exceeds the limit.')],
  unsupported_parameter: [invalidRow(400, 'The gateway or the model cannot do what a field requests.')],
  unsupported_tool: [invalidRow(400, 'The gateway or the model does not support a tool of this type.')],
  unsupported_item: [invalidRow(400, 'The input has only items that the gateway does not support.')],
  invalid_image_url: [invalidRow(400, 'The gateway does not fetch an image that the request names by URL.')],
  invalid_encrypted_content: [
    invalidRow(400, 'The encrypted content of a reasoning item or a compaction is not valid.'),
  ],
  schema_too_complex: [invalidRow(400, 'A JSON schema costs more than the limit to compile.')],
  thread_unsupported_request: [invalidRow(400, 'The request needs message threads, which Bedrock does not have.')],
  // Models and stored objects.
  model_not_found: [
    invalidRow(404, 'The gateway has no such model, or the API key may not use it.'),
    rejectedRow(404, 'Bedrock has no such model in this account and region.'),
  ],
  model_not_supported: [
    invalidRow(400, 'The model is for another purpose, for example embeddings.'),
    rejectedRow(400, 'Bedrock does not serve the model by this name.'),
  ],
  item_not_found: [invalidRow(400, 'The request refers to an item that is not stored.')],
  previous_response_not_found: [invalidRow(400, 'The response in `previous_response_id` is not stored.')],
  response_not_finished: [invalidRow(400, 'The response in `previous_response_id` has not ended with an answer.')],
  response_not_background: [invalidRow(400, 'A response that does not run in the background cannot be cancelled.')],
  response_not_found: [invalidRow(404, 'No response with this id is stored for the API key.')],
  thread_not_found: [invalidRow(404, 'The request continues a message thread, which Bedrock does not have.')],
  not_found: [invalidRow(404, 'An object of the request does not exist.')],
  // Administration.
  already_exists: [invalidRow(409, 'Another object of the kind has the same name or the same hash.')],
  managed_by_files: [invalidRow(409, 'The object was applied from files, so only the next apply changes it.')],
  object_in_use: [invalidRow(409, 'Other objects refer to the object.')],
  read_only: [invalidRow(409, 'A file defines the object, or the gateway has no database for changes.')],
  invalid_state: [invalidRow(409, 'The state of the object does not allow the change.')],
  version_conflict: [invalidRow(412, 'The object has changed since the client read it.')],
  // URL, headers and body.
  invalid_url: [invalidRow(400, 'The URL has an invalid percent encoding.')],
  invalid_header: [invalidRow(400, 'A header of the request has a value that is not supported.')],
  malformed_request: [invalidRow(400, 'The request is not well-formed HTTP.')],
  invalid_body: [invalidRow(400, 'The body cannot be decompressed.')],
  invalid_json: [invalidRow(400, 'The body is not valid JSON in UTF-8.')],
  json_too_deep: [invalidRow(400, 'The JSON of the body has too many levels.')],
  json_too_many_values: [invalidRow(400, 'The JSON of the body has too many values.')],
  json_too_many_shapes: [invalidRow(400, 'The JSON of the body has too many objects with different properties.')],
  body_chunks_too_small: [invalidRow(400, 'The body arrives in too many small chunks.')],
  request_not_sendable: [invalidRow(400, 'The request has characters or a nesting that cannot be sent to Bedrock.')],
  unknown_url: [invalidRow(404, 'The gateway has no endpoint at this path.')],
  endpoint_not_offered: [invalidRow(404, 'The endpoint exists at OpenAI, but not at this gateway.')],
  method_not_allowed: [invalidRow(405, 'The endpoint has no such HTTP method; the header `allow` lists its methods.')],
  request_timeout: [
    failureRow(408, 'invalid_request_error', 'client', 'client', 'The request arrives too slowly from the client.'),
  ],
  request_too_large: [
    invalidRow(413, 'The body exceeds the limit of the gateway.'),
    rejectedRow(413, 'The body exceeds the limit of Bedrock.'),
  ],
  unsupported_media_type: [invalidRow(415, 'The content type or the encoding of the body is not supported.')],
  headers_too_large: [invalidRow(431, 'The headers exceed 16 KB.')],
} as const;
