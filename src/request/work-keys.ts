/** Prefix of work that is the same for every model. */
export const SHARED_WORK = 'shared/';

/** Prefix of work that opens streams. An opened stream of an abandoned model is of no use to a retry. */
export const STREAM_WORK = 'stream/';
