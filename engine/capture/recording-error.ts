export type RecordingErrorCode =
	| 'not-found'
	| 'unreadable'
	| 'not-a-recording'
	| 'newer-version'
	| 'damaged'
	| 'unwritable'
	| 'disk-full';

/** A recording cannot be read or written; the message is one line for the user. */
export class RecordingError extends Error {
	readonly code: RecordingErrorCode;

	constructor(code: RecordingErrorCode, message: string, cause?: unknown) {
		super(message, { cause });
		this.name = 'RecordingError';
		this.code = code;
	}
}
