/** Exit statuses of the program. */
export const Exit = {
	done: 0,
	/** Something went wrong while it ran. */
	failed: 1,
	/** A wrong query or a wrong command line. */
	usage: 2,
	/** No permission, or a kernel that lacks what is needed. */
	notPossible: 3,
	/** `--strict`, and something was lost. */
	incomplete: 4,
	/** 128 and the number of the signal, as shells have it. */
	interrupted: 130,
	hungUp: 129,
} as const;

/** An end with a message for the user: what is wrong and the mend, in words; never a stack trace. */
export class Failure extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

export const usage = (message: string): Failure => new Failure(Exit.usage, message);
