/** A class of settings. An instance has their defaults. */
export type SectionClass<T extends object = object> = new () => T;
