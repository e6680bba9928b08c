interface Work {
  promise: Promise<unknown>;
  isDone: boolean;
}

/** Runs asynchronous work once for each key. Work that is done or in progress does not start again; failed work may. */
export class PromiseMemo {
  private readonly works = new Map<string, Work>();

  run<T>(key: string, start: () => Promise<T>): Promise<T> {
    const known = this.works.get(key);
    if (known) return known.promise as Promise<T>;
    const promise = start();
    const work: Work = { promise, isDone: false };
    this.works.set(key, work);
    promise.then(
      () => (work.isDone = true),
      () => this.works.get(key) === work && this.works.delete(key),
    );
    return promise;
  }

  /** Forgets work whose key begins with `prefix`: all of it, or only work in progress. */
  forget(prefix: string, which: 'all' | 'unfinished'): void {
    for (const [key, { isDone }] of this.works) {
      if (key.startsWith(prefix) && !(isDone && which === 'unfinished')) this.works.delete(key);
    }
  }
}
