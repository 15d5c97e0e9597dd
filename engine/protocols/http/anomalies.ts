/**
 * Shapes that parsers disagree about, which is what request smuggling lives on (RFC 9112, 11.2). They are read as a
 * lenient server would and marked; a head carries them as a set of bits.
 */
export const Anomaly = {
	/** Both Content-Length and Transfer-Encoding: the latter wins (RFC 9112, 6.3). */
	bothLengths: 1,
	/** Several Content-Lengths that differ: the first one is taken. */
	differingLengths: 2,
	/**
	 * A Content-Length that is no number, or larger than any body: a response lasts to the end of the stream then, a
	 * request to its answer, unless another message follows its head at once.
	 */
	badLength: 4,
	/** A header field continued on a second line (RFC 9112, 5.2). */
	obsFold: 8,
	/** A line that ends with LF alone (RFC 9112, 2.2). */
	bareLf: 16,
	/** Blanks between a field's name and its colon (RFC 9112, 5.1). */
	spaceBeforeColon: 32,
	/** A Transfer-Encoding whose last coding is not chunked. */
	oddTransferEncoding: 64,
	/** A chunk size that is no number. */
	badChunk: 128,
} as const;

const NAMES: readonly (readonly [number, string])[] = [
	[Anomaly.bothLengths, 'both-lengths'],
	[Anomaly.differingLengths, 'differing-lengths'],
	[Anomaly.badLength, 'bad-length'],
	[Anomaly.obsFold, 'obs-fold'],
	[Anomaly.bareLf, 'bare-lf'],
	[Anomaly.spaceBeforeColon, 'space-before-colon'],
	[Anomaly.oddTransferEncoding, 'odd-transfer-encoding'],
	[Anomaly.badChunk, 'bad-chunk'],
];

export const ANOMALY_NAMES: readonly string[] = NAMES.map(([, name]) => name);

/** The names of a set of anomalies. */
export const anomalyNames = (bits: number): string[] => NAMES.filter(([bit]) => (bits & bit) !== 0).map(([, n]) => n);
