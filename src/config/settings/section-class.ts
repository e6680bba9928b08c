/** A class of settings; `new` gives its defaults. */
export type SectionClass<T extends object = object> = new () => T;
