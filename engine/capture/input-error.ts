/** A packet capture or a log cannot be read; the message is one line for the user. */
export class InputError extends Error {
	constructor(message: string, cause?: unknown) {
		super(message, { cause });
		this.name = 'InputError';
	}
}
