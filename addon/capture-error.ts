export type CaptureErrorCode =
	| 'not-linux'
	| 'addon-missing'
	| 'object-missing'
	| 'no-permission'
	| 'no-btf'
	| 'no-hook'
	| 'verifier'
	| 'bad-scope'
	| 'failed';

/** Why live capture is not possible: `message` is one line for the user and names the mend; `detail` is for a report. */
export class CaptureError extends Error {
	readonly code: CaptureErrorCode;
	/** The first hook that the kernel lacks, for `no-hook`. */
	readonly hook: string | null;
	/** Positive, 0 where there is none. */
	readonly errno: number;
	/** The last lines of libbpf or the verifier, "" where there are none. */
	readonly detail: string;

	constructor(
		code: CaptureErrorCode,
		message: string,
		more: { hook?: string; errno?: number; detail?: string; cause?: unknown } = {},
	) {
		super(message, { cause: more.cause });
		this.name = 'CaptureError';
		this.code = code;
		this.hook = more.hook ?? null;
		this.errno = more.errno ?? 0;
		this.detail = more.detail ?? '';
	}
}
