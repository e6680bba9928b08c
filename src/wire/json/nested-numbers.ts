/**
 * Returns true if parsed JSON is or contains a number. Iterative, so that deep values cannot overflow the stack. Reads no
 * strings, so that it is far faster than a scan of the text.
 */
export function hasNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'number';
  const containers: object[] = [value];
  for (let container = containers.pop(); container !== undefined; container = containers.pop()) {
    if (Array.isArray(container) ? holdsNumber(container, containers) : hasNumberField(container, containers))
      return true;
  }
  return false;
}

/** Returns true if a number is directly inside `list`. Appends nested objects and lists to `containers`. */
function holdsNumber(list: readonly unknown[], containers: object[]): boolean {
  for (const entry of list) {
    if (typeof entry === 'number') return true;
    if (typeof entry === 'object' && entry !== null) containers.push(entry);
  }
  return false;
}

/** Returns true if a number is directly inside `fields`. Appends nested objects and lists to `containers`. */
function hasNumberField(fields: object, containers: object[]): boolean {
  // Objects from JSON.parse inherit no enumerable fields, and a list of values would be garbage.
  for (const name in fields) {
    const entry = (fields as Readonly<Record<string, unknown>>)[name];
    if (typeof entry === 'number') return true;
    if (typeof entry === 'object' && entry !== null) containers.push(entry);
  }
  return false;
}
