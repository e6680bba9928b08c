/**
 * Error that states why media are not fetched. The client receives the message, which must not reveal the gateway's
 * network.
 */
export class MediaFetchRejection extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MediaFetchRejection';
  }
}

/**
 * Error for a host that is private, does not exist, refuses connections or does not answer. All have the same message,
 * so that clients cannot explore the gateway's network.
 */
export class UnreachableHost extends MediaFetchRejection {
  constructor(options?: ErrorOptions) {
    super('its host cannot be reached.');
    this.name = 'UnreachableHost';
    if (options?.cause !== undefined) this.cause = options.cause;
  }
}
