/** Why something is not fetched, in words that the client may read: nothing about the network behind the gateway. */
export class FetchRefusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FetchRefusal';
  }
}
