const LIMIT_PERIOD_MS = 1_000;
/** Rows of refused requests that one key may have in a second. */
const MAX_ROWS_OF_OWNER = 10;
/** Maximum number of sums that are kept at a time. Beyond it, each refusal has a row. */
const MAX_SUMS = 10_000;

/** A number of refused requests with the same owner and error code, and the first of them. */
interface RefusalSum<Row> {
  readonly first: Row;
  count: number;
}

/**
 * Limits the rows of refused requests: ten in a second for each owner, and one more for each error code of the rest, with
 * their number.
 */
export class RefusalLimit<Row> {
  private readonly append: (first: Row, count: number) => void;
  private secondEndsAt = 0;
  /** Rows of the present second by owner. */
  private readonly rows = new Map<string, number>();
  private readonly sums = new Map<string, RefusalSum<Row>>();
  private timer?: NodeJS.Timeout | undefined;

  /** `append` receives the first of several refused requests, with their number. */
  constructor(append: (first: Row, count: number) => void) {
    this.append = append;
  }

  /** Appends a refused request, or counts it. `rowOf` is called only for rows that are kept. */
  refused({ owner, code }: { owner: string; code: string }, rowOf: () => Row, now: number = Date.now()): void {
    if (now >= this.secondEndsAt) {
      this.secondEndsAt = now + LIMIT_PERIOD_MS;
      this.rows.clear();
    }
    const rows = this.rows.get(owner) ?? 0;
    const sum = rows < MAX_ROWS_OF_OWNER ? undefined : this.sums.get(`${owner} ${code}`);
    if (sum !== undefined) {
      sum.count += 1;
    } else if (rows < MAX_ROWS_OF_OWNER || this.sums.size >= MAX_SUMS) {
      this.rows.set(owner, rows + 1);
      this.append(rowOf(), 1);
    } else {
      this.sums.set(`${owner} ${code}`, { first: rowOf(), count: 1 });
      this.timer ??= setTimeout(() => this.flush(), LIMIT_PERIOD_MS).unref();
    }
  }

  /** Appends the rows of all requests that were counted. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const sums = [...this.sums.values()];
    this.sums.clear();
    for (const { first, count } of sums) this.append(first, count);
  }
}
