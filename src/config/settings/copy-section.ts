/** Returns a copy of a section that is not frozen. Its values are the same objects. */
export function copySection<T extends object>(section: T): T {
  return Object.assign(Object.create(Object.getPrototypeOf(section) as object) as T, section);
}
