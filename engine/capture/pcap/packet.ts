/** Gives where the IP header of a frame `bytes[start, end)` begins; -1: it carries no IP, or too few bytes of it are there. */
export type LinkLayer = (bytes: Buffer, start: number, end: number) => number;

/** A packet of a capture file, `bytes[start, end)` as captured: one object is filled anew for each, so nobody keeps it. */
export interface Packet {
	bytes: Buffer;
	/** Of all of `bytes`: to compiled code a field of a header is one load in it. */
	view: DataView;
	start: number;
	end: number;
	/** Bytes that it had on the wire. */
	length: number;
	/** How its link layer is read; null: it is of a kind that is not read. */
	link: LinkLayer | null;
	/** Name of its interface, where the file tells one. */
	iface: string | null;
	/** Number of its capture among those that were taken at the same time. */
	point: number;
	/** ns since the first packet of the file; negative where stamps go back. */
	time: number;
}

/** Where packets come from. */
export interface Overlapping {
	/** The same packet may come again, from a capture or an interface that has more of it. */
	readonly overlaps: boolean;
}
