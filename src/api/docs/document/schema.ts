/** A JSON Schema of draft 2020-12, which OpenAPI 3.1 takes as it is. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;
