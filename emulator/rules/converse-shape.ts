import { anything, blob, boolean, list, oneOf, record, text, union } from './shape.ts';
import type { Shape } from './shape.ts';

const s3Location = record({ 'uri!': text({ min: 1, max: 1024 }), bucketOwner: text() });
const cachePoint = record({ 'type!': oneOf('default'), ttl: oneOf('5m', '1h') });

const image = record({
  'format!': oneOf('png', 'jpeg', 'gif', 'webp'),
  'source!': union({ bytes: blob, s3Location }),
});
const document = record({
  format: oneOf('pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'),
  'name!': text({ min: 1, max: 200 }),
  'source!': union({ bytes: blob, s3Location, text: text(), content: list(union({ text: text() })) }),
  context: text(),
  citations: record({ 'enabled!': boolean }),
});
const media = (...formats: string[]): Shape =>
  record({ 'format!': oneOf(...formats), 'source!': union({ bytes: blob, s3Location }) });
const video = media('mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp');
const audio = media(
  'mp3',
  'opus',
  'wav',
  'aac',
  'flac',
  'mp4',
  'ogg',
  'mkv',
  'mka',
  'x-aac',
  'm4a',
  'mpeg',
  'mpga',
  'pcm',
  'webm',
);
const searchResult = record({
  'source!': text(),
  'title!': text(),
  'content!': list(record({ 'text!': text() })),
  citations: record({ 'enabled!': boolean }),
});

const toolUseId = text({ min: 1, max: 64, pattern: /^[a-zA-Z0-9_.:-]+$/ });
const toolName = text({ min: 1, max: 64, pattern: /^[a-zA-Z0-9_-]+$/ });

const contentBlock = union({
  text: text(),
  image,
  document,
  video,
  audio,
  toolUse: record({ 'toolUseId!': toolUseId, 'name!': toolName, 'input!': anything, type: oneOf('server_tool_use') }),
  toolResult: record({
    'toolUseId!': toolUseId,
    'content!': list(union({ json: anything, text: text(), image, document, video, searchResult })),
    status: oneOf('success', 'error'),
    type: text(),
  }),
  guardContent: anything,
  cachePoint,
  reasoningContent: union({ reasoningText: record({ 'text!': text(), signature: text() }), redactedContent: blob }),
  citationsContent: anything,
  searchResult,
  toolAddition: anything,
  toolRemoval: anything,
});

const toolSpec = record({
  'name!': toolName,
  description: text({ min: 1 }),
  'inputSchema!': union({ json: anything }),
  strict: boolean,
});

const toolConfig = record({
  'tools!': list(union({ toolSpec, systemTool: record({ 'name!': toolName }), cachePoint }), 1),
  toolChoice: union({ auto: record({}), any: record({}), tool: record({ 'name!': toolName }) }),
});

const metadataText = (min: number): Shape => text({ min, max: 256, pattern: /^[a-zA-Z0-9\s:_@$#=/+,.-]*$/ });

/** Shape of a Converse body (AWS API reference). Other rules check how its parts depend on each other. */
export const CONVERSE: Shape = record({
  'messages!': list(record({ 'role!': oneOf('user', 'assistant', 'system'), 'content!': list(contentBlock) })),
  system: list(union({ text: text({ min: 1 }), guardContent: anything, cachePoint })),
  inferenceConfig: record({
    maxTokens: { is: 'integer', min: 1 },
    temperature: { is: 'number', min: 0, max: 1 },
    topP: { is: 'number', min: 0, max: 1 },
    stopSequences: list(text({ min: 1 }), 0, 2500),
  }),
  toolConfig,
  guardrailConfig: record({
    guardrailIdentifier: text({ max: 2048 }),
    guardrailVersion: text({ pattern: /^(([1-9][0-9]{0,7})|(DRAFT))$/ }),
    trace: oneOf('enabled', 'disabled', 'enabled_full'),
    streamProcessingMode: oneOf('sync', 'async'),
  }),
  additionalModelRequestFields: anything,
  promptVariables: anything,
  additionalModelResponseFieldPaths: list(text({ min: 1, max: 256 }), 0, 10),
  requestMetadata: { is: 'map', key: metadataText(1), value: metadataText(0), min: 1, max: 16 },
  performanceConfig: record({ latency: oneOf('standard', 'optimized') }),
  serviceTier: record({ 'type!': oneOf('priority', 'default', 'flex', 'reserved') }),
  outputConfig: record({
    effort: oneOf('low', 'medium', 'high', 'xhigh', 'max'),
    textFormat: record({
      'type!': oneOf('json_schema'),
      'structure!': union({ jsonSchema: record({ 'schema!': text(), name: text(), description: text() }) }),
    }),
  }),
});
