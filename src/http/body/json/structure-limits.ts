/**
 * Limits on the structure of a JSON request body, whatever its size in bytes. They are listed in `docs/request-limits.md`
 * with the limits of single lists. The measured costs of the worst bodies within these limits are in `docs/overload.md`.
 */

/**
 * Maximum depth of objects and arrays. Tool schemas are the deepest JSON that clients send. They have fewer than 100 levels
 * (`json-depth.ts`), and the body around them fewer than 20.
 */
export const MAX_BODY_DEPTH = 200;

/**
 * Maximum number of values in a body: objects, arrays and their entries, including JSON within strings (arguments of tool
 * calls). The largest accepted list has 100,000 messages with three to five values each. A text with more separators exceeds
 * the context of every model.
 */
export const MAX_BODY_NODES = 500_000;

/**
 * Maximum number of object shapes: lists of field names in their order, where each prefix counts. `JSON.parse` takes 3 µs
 * for each new shape. Objects with different fields take ten times as long to copy and to write. A body with this number
 * of names has 300,000 tokens of names.
 */
export const MAX_BODY_SHAPES = 50_000;

/**
 * Bytes that the body budget counts for each value, in addition to the bytes of the body. Node 24 takes 32 bytes for an
 * empty array, 56 for an object with one field, and 8 for an array entry.
 */
export const BYTES_PER_NODE = 48;

/**
 * Size above which a body is scanned before it is parsed. Smaller bodies are checked after parsing, which is a hundred times
 * cheaper; the worst of them, nested arrays, take 10 MB.
 */
export const SCANNED_BODY_BYTES = 256 * 1024;
