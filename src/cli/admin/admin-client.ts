/** Time limit of a request. An apply of 100,000 documents takes most of a minute. */
const ADMIN_TIMEOUT_MS = 180_000;
/** Time limit of a download. */
const DOWNLOAD_TIMEOUT_MS = 3_600_000;
const LIST_PAGE_SIZE = '1000';
/** Errors of a connection that was never made, so that the API has not received the request. */
const NOT_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** An object of the admin API. */
export interface AdminObject {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly origin: 'database' | 'file';
  readonly version: number;
  readonly managedBy?: { readonly source: string; readonly file?: string; readonly commit?: string };
  readonly inactive?: string;
  readonly lastUsed?: string;
  readonly secret?: string;
  readonly [field: string]: unknown;
}

export interface AdminRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below /admin/v1. */
  readonly path: string;
  readonly body?: unknown;
  /** Version that the object must have. */
  readonly ifMatch?: number;
  /** True if the object must not exist. */
  readonly mustBeNew?: true;
}

/** An error that the admin API answered. */
export class AdminApiError extends Error {
  readonly status: number;
  readonly code?: string;
  readonly param?: string;

  constructor(status: number, { message, code, param }: { message: string; code?: string; param?: string }) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

/** Calls the admin API of a gateway. */
export class AdminClient {
  private readonly base: string;
  private readonly key: string;

  constructor(base: string, key: string) {
    this.base = base;
    this.key = key;
  }

  /** Returns the answer. Throws AdminApiError for an error of the API, and Error if the API does not answer. */
  async send<Answer = AdminObject>(request: AdminRequest): Promise<Answer> {
    const { response, text } = await this.exchange(request);
    const body = parseJson(text);
    if (response.ok && body !== undefined) return body as Answer;
    throw this.failureOf(response, text);
  }

  /** Returns an answer that is not JSON. Throws like `send`. */
  async readText(path: string): Promise<string> {
    const { response, text } = await this.exchange({ method: 'GET', path });
    const isText = response.headers.get('content-type')?.startsWith('text/csv') === true;
    if (response.ok && isText) return text;
    throw this.failureOf(response, text);
  }

  /** Returns the content of a file in parts. Throws as `send` does, and if the connection ends before the end of the file. */
  async *download(path: string): AsyncGenerator<Uint8Array, undefined> {
    const request: AdminRequest = { method: 'GET', path };
    const response = await this.fetch(request, DOWNLOAD_TIMEOUT_MS);
    if (!response.ok || response.body === null) throw this.failureOf(response, await response.text());
    try {
      yield* response.body;
    } catch {
      throw new Error('The connection ended before the end of the file. Send the command again.');
    }
    return undefined;
  }

  /** Returns the objects of all pages. */
  async list<Item = AdminObject>(
    path: string,
    query: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Item[]> {
    const items: Item[] = [];
    let after: string | undefined;
    do {
      const filters = Object.entries({ ...query, limit: LIST_PAGE_SIZE, after }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const page: { data: Item[]; has_more: boolean; next: string | null } = await this.send({
        method: 'GET',
        path: `${path}?${new URLSearchParams(filters).toString()}`,
      });
      for (const item of page.data) items.push(item);
      after = page.has_more ? (page.next ?? undefined) : undefined;
    } while (after !== undefined);
    return items;
  }

  private async exchange(request: AdminRequest): Promise<{ response: Response; text: string }> {
    const response = await this.fetch(request);
    const text = await response.text().catch((error: unknown) => {
      throw this.unreachable(error, request);
    });
    return { response, text };
  }

  private failureOf({ status }: Response, text: string): Error {
    const body = parseJson(text) as { error?: { message: string; code?: string; param?: string } } | undefined;
    if (typeof body?.error?.message === 'string') return new AdminApiError(status, body.error);
    return new Error(`${this.base} answered with ${status} in an unknown form. Is it the address of a gateway?`);
  }

  private async fetch(request: AdminRequest, timeoutMs = ADMIN_TIMEOUT_MS): Promise<Response> {
    const { method, path, body, ifMatch, mustBeNew } = request;
    try {
      return await fetch(`${this.base}/admin/v1${path}`, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          authorization: `Bearer ${this.key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
          ...(mustBeNew && { 'if-none-match': '*' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw this.unreachable(error, request);
    }
  }

  private unreachable(error: unknown, { method }: AdminRequest): Error {
    const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
    const reason = cause?.code ?? cause?.message ?? message;
    const isHarmless = method === 'GET' || NOT_SENT.has(cause?.code ?? '');
    const doubt = isHarmless ? '' : ' The change may have taken effect.';
    return new Error(
      `The admin API at ${this.base} does not answer (${reason}).${doubt} Set --url or OUTCROP_ADMIN_URL.`,
    );
  }
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
