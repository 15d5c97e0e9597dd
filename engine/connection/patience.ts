/**
 * How long, in time of the events, one waits for what is missing: events of concurrent senders and of pages that are
 * still queued arrive within milliseconds; more would only delay what is behind a real loss. It is less than the
 * lateness of windows, so that what is given up is still in time for its own.
 */
export const PATIENCE_NS = 200e6;
