/** Why something is not fetched, in words that the client may read: nothing about the network behind the gateway. */
export class MediaFetchRejection extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MediaFetchRejection';
  }
}

/**
 * The one answer for a host that is private, does not exist, refuses connections or does not answer: the gateway is no
 * map of its network.
 */
export class UnreachableHost extends MediaFetchRejection {
  constructor(options?: ErrorOptions) {
    super('its host cannot be reached.');
    this.name = 'UnreachableHost';
    if (options?.cause !== undefined) this.cause = options.cause;
  }
}
