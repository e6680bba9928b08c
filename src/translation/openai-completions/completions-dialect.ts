import type { Completion } from 'openai/resources/completions';

import type { Dialect } from '../dialect.ts';
import { completionsRequest, type CompletionsRequest } from './completions-request.ts';
import { completionsResponse } from './completions-response.ts';
import { completionsStream } from './completions-stream.ts';

/** `/v1/completions`, OpenAI's legacy API. */
export const completionsDialect: Dialect<CompletionsRequest, Completion> = {
  name: 'completions',
  toConverse: completionsRequest,
  toAnswer: completionsResponse,
  toFrames: completionsStream,
};
