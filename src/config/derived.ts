/**
 * A value derived from a part of the configuration. It is derived again when it is read after that part has changed.
 * Unchanged sections and values stay the same objects, so reading costs one comparison.
 */
export class DerivedFromConfig<Part, Made> {
  private readonly read: () => Part;
  private readonly make: (part: Part, before: Made | undefined) => Made;
  private part: Part;
  private made: Made;

  /** Creates the value. `make` also receives the former value, to reuse parts of it. */
  constructor(read: () => Part, make: (part: Part, before: Made | undefined) => Made) {
    this.read = read;
    this.make = make;
    this.part = read();
    this.made = make(this.part, undefined);
  }

  get current(): Made {
    const part = this.read();
    if (part !== this.part) {
      this.made = this.make(part, this.made);
      this.part = part;
    }
    return this.made;
  }
}
