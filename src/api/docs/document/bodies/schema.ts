/** A JSON Schema of draft 2020-12, which OpenAPI 3.1 uses. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;
