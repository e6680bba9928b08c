/**
 * Limits on the shape of a JSON request body, whatever its size in bytes. `docs/request-limits.md` lists them with the limits
 * of single lists. `docs/overload.md` has what the worst bodies within these limits cost.
 */

/**
 * Nested objects and lists. Tool schemas, the deepest JSON that clients send, stay below 100 levels (`json-depth.ts`), and
 * an envelope adds fewer than 20.
 */
export const MAX_BODY_DEPTH = 200;

/**
 * Values in a body: objects, lists and the entries of both, those of JSON inside of strings included (arguments of tool
 * calls). The largest lists that a translation accepts are 100,000 messages, which have three to five values each. A
 * text with more separators than that exceeds the context of every model.
 */
export const MAX_BODY_NODES = 500_000;

/**
 * Shapes of objects: beginnings of lists of field names, in their order. `JSON.parse` takes 3 µs for each new one, and
 * an object of fields that differ takes ten times as long to copy and write as others. Bodies with as many different
 * names as this have 300,000 tokens of names.
 */
export const MAX_BODY_SHAPES = 50_000;

/**
 * Bytes that the body budget counts for each value, besides the bytes of the body. Node 24 takes 32 bytes for an empty
 * list and 56 for an object of one field, and 8 for its place in the list around it.
 */
export const BYTES_PER_NODE = 48;

/**
 * Bytes above which a body is scanned before it is parsed. Smaller ones are checked after it, which is a hundred times
 * cheaper: their worst, lists in a list, take 10 MB.
 */
export const SCANNED_BODY_BYTES = 256 * 1024;
