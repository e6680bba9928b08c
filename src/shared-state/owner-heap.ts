/**
 * Finds the owner with the largest weight. Each change of a weight adds an entry in logarithmic time; entries with outdated
 * weights are dropped when they reach the top.
 */
export class OwnerHeap {
  private readonly owners: string[] = [];
  private readonly weights: number[] = [];

  /** Number of entries, including outdated ones. */
  get size(): number {
    return this.owners.length;
  }

  /** Adds the current weight of an owner. */
  add(owner: string, weight: number): void {
    let at = this.owners.length;
    this.owners.push(owner);
    this.weights.push(weight);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (this.weights[parent]! >= this.weights[at]!) return;
      this.swap(parent, at);
      at = parent;
    }
  }

  /** Returns the owner with the largest weight; undefined without entries. `weightOf` returns current weights. */
  largest(weightOf: (owner: string) => number): string | undefined {
    for (;;) {
      const owner = this.owners[0];
      if (owner === undefined || this.weights[0] === weightOf(owner)) return owner;
      this.removeTop();
    }
  }

  private removeTop(): void {
    this.swap(0, this.owners.length - 1);
    this.owners.pop();
    this.weights.pop();
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let largest = at;
      if (left < this.owners.length && this.weights[left]! > this.weights[largest]!) largest = left;
      if (right < this.owners.length && this.weights[right]! > this.weights[largest]!) largest = right;
      if (largest === at) return;
      this.swap(at, largest);
      at = largest;
    }
  }

  private swap(one: number, other: number): void {
    [this.owners[one], this.owners[other]] = [this.owners[other]!, this.owners[one]!];
    [this.weights[one], this.weights[other]] = [this.weights[other]!, this.weights[one]!];
  }
}
