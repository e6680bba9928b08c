import type { ResponseHeaderRow } from './response-header-row.ts';

/** Headers of HTTP and of the documentation page, which clients need not know. */
export const PROTOCOL_HEADERS = {
  'content-security-policy': {
    on: 'page',
    schema: 'string',
    when: 'on /docs',
    description: 'Limits what the documentation page may load.',
  },
  'x-content-type-options': {
    on: 'page',
    schema: 'string',
    when: 'on /docs',
    description: '`nosniff`: the browser uses the content type as it is.',
  },
  'referrer-policy': {
    on: 'page',
    schema: 'string',
    when: 'on /docs',
    description: '`no-referrer`: links of the page do not name it.',
  },
  'cache-control': {
    on: 'protocol',
    schema: 'string',
    when: 'on streams and files of /docs',
    description: 'How long the response may be cached; streams are not cached or transformed.',
  },
  'x-accel-buffering': {
    on: 'protocol',
    schema: 'string',
    when: 'on streams',
    description: '`no`: nginx passes the stream on without collecting it.',
  },
  connection: {
    on: 'protocol',
    schema: 'string',
    when: 'always on HTTP/1.1',
    description: '`close` while the gateway shuts down, and after a body that it has not read.',
  },
  'keep-alive': {
    on: 'protocol',
    schema: 'string',
    when: 'if the connection stays open',
    description: 'How long an idle connection stays open.',
  },
  'content-type': {
    on: 'protocol',
    schema: 'string',
    when: 'if the response has a body',
    description: 'The media type of the body.',
  },
  'content-length': {
    on: 'protocol',
    schema: 'integer',
    when: 'unless the response is streamed',
    description: 'The length of the body in bytes.',
  },
  'transfer-encoding': {
    on: 'protocol',
    schema: 'string',
    when: 'on streams',
    description: '`chunked`: the length of the body is not known in advance.',
  },
  date: { on: 'protocol', schema: 'string', when: 'always', description: 'The time of the response.' },
} as const satisfies Readonly<Record<string, ResponseHeaderRow>>;
