/** The properties of a route that decide its errors and headers. */
export interface RouteTraits {
  /** Path as OpenAPI writes it. */
  path: string;
  isPublic: boolean;
  hasBody: boolean;
  /** True for methods that change something: all except GET and HEAD. */
  isChange: boolean;
  /** Clients of Anthropic call it, too, and get errors in its form. */
  isForAnthropic: boolean;
}
