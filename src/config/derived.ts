/**
 * What is made from a part of the configuration: made anew when it is asked for after that part has been swapped. As
 * unchanged sections and values stay the same objects, asking costs one comparison.
 */
export class DerivedFromConfig<Part, Made> {
  private readonly read: () => Part;
  private readonly make: (part: Part, before: Made | undefined) => Made;
  private part: Part;
  private made: Made;

  /** `make` is also given what it made before, to take something over from it. */
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
