/**
 * Upper bounds of the time that is added to the first event, in seconds. `prometheusRule.objectives` of the chart accepts
 * only these values.
 */
export const ADDED_SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
