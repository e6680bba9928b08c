interface Work {
  promise: Promise<unknown>;
  isDone: boolean;
}

/** Work by its key. Work that is done or under way does not begin again; work that failed may. */
export class PromiseMemo {
  private readonly works = new Map<string, Work>();

  run<T>(key: string, begin: () => Promise<T>): Promise<T> {
    const known = this.works.get(key);
    if (known) return known.promise as Promise<T>;
    const promise = begin();
    const work: Work = { promise, isDone: false };
    this.works.set(key, work);
    promise.then(
      () => (work.isDone = true),
      () => this.works.get(key) === work && this.works.delete(key),
    );
    return promise;
  }

  /** Forgets the work whose key begins with `prefix`: all of it, or only that under way. */
  forget(prefix: string, which: 'all' | 'unfinished'): void {
    for (const [key, { isDone }] of this.works) {
      if (key.startsWith(prefix) && !(isDone && which === 'unfinished')) this.works.delete(key);
    }
  }
}
