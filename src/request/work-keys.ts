/** Key prefix of work that all models of a request share. */
export const SHARED_WORK = 'shared/';

/** Key prefix of work that opens streams. A retry cannot use the open stream of an abandoned model. */
export const STREAM_WORK = 'stream/';
