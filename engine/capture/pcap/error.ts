/** A packet capture cannot be read; the message is one line for the user. */
export class PcapError extends Error {
	constructor(message: string, cause?: unknown) {
		super(message, { cause });
		this.name = 'PcapError';
	}
}
