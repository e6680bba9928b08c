/** An item of an `IdleStack`. The stack links its items, so an item is in one stack at most. */
export interface IdleItem<Item> {
  above?: Item;
  below?: Item;
}

/** A stack that removes an item at any position in constant time. */
export class IdleStack<Item extends IdleItem<Item>> {
  private top?: Item;

  push(item: Item): void {
    item.below = this.top;
    if (this.top) this.top.above = item;
    this.top = item;
  }

  /** Removes the last added item. Returns undefined if the stack is empty. */
  pop(): Item | undefined {
    const { top } = this;
    if (top) this.remove(top);
    return top;
  }

  /** Removes an item, which must be in the stack. */
  remove(item: Item): void {
    const { above, below } = item;
    if (above) above.below = below;
    else this.top = below;
    if (below) below.above = above;
    item.above = undefined;
    item.below = undefined;
  }
}
