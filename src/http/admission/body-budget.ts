/** Bytes of request bodies that the process holds, of all requests together. */
export class BodyBudget {
  private taken = 0;
  private readonly most: () => number;
  private readonly refused: () => void;

  /** `most` is asked each time: settings may change. */
  constructor(most: () => number, refused: () => void = () => {}) {
    this.most = most;
    this.refused = refused;
  }

  get limit(): number {
    return this.most();
  }

  get held(): number {
    return this.taken;
  }

  /** False, and nothing taken, where there is no room. */
  take(bytes: number): boolean {
    if (this.taken + bytes > this.most()) {
      this.refused();
      return false;
    }
    this.taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}
