/** While events come, a timer is cheaper than a wakeup for each. */
const SHORT_MS = 5;
/**
 * A turn of the event loop costs as much as 50 requests, most of it for what others on the processor have pushed out of its
 * caches. Even at 2 GB a second, more than loopback has reached here, the ring of 32 MB has room for so long.
 */
const LONG_MS = 15;

/** Bytes a millisecond, some 13,000 requests a second: who looks at rows does not see when each of them came. */
const MANY = 6 << 10;
/** More is a bulk transfer, and may soon be many times as much: the ring should be nearly empty then. */
const TOO_MANY = 64 << 10;

/** How many ms until the ring is looked at again, when so many bytes came in the `ns` since it was the last time. */
export const pauseAfter = (bytes: number, ns: number): number => {
	const rate = bytes / (ns / 1e6);
	return rate >= MANY && rate <= TOO_MANY ? LONG_MS : SHORT_MS;
};
