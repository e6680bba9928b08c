/** Work by its key: what has been done or is under way is not begun again, what failed may be. */
export class PromiseMemo {
  private readonly done = new Map<string, Promise<unknown>>();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const known = this.done.get(key);
    if (known) return known as Promise<T>;
    const running = work();
    this.done.set(key, running);
    running.catch(() => this.done.delete(key));
    return running;
  }
}
