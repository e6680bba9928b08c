import { BODY_LIMITS } from './body-limits.ts';
import { CONTENT_LIMITS } from './content-limits.ts';
import type { RequestLimit } from './request-limit.ts';

/**
 * The limits of a request. The code, docs/request-limits.md, the OpenAPI document and the tests use this table. Without limits, a
 * body of 32 MB could hold millions of entries, each of which takes more time than the same number of bytes of text.
 */
export const REQUEST_LIMITS = { ...BODY_LIMITS, ...CONTENT_LIMITS } as const satisfies Record<string, RequestLimit>;
