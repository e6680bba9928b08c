/** A file that is not a readable export of the bill, or one beyond the limits. The message names the file. */
export class BillError extends Error {
  override readonly name = 'BillError';
}
