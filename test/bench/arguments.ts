import { parseArgs } from 'node:util';

interface BenchArguments {
	/** Of the names of rows. */
	readonly wanted: (name: string) => boolean;
	readonly bothEnds: boolean;
	readonly mode: string;
	readonly page: string;
	/** Of the load, each in a table of its own. */
	readonly connections: readonly number[];
	readonly rounds: number;
}

const USAGE =
	'options: --only=PART_OF_A_NAME (once or more) --both-ends --mode=socket|syscall --page=PATH --connections=N (once or more) --rounds=N';

const OPTIONS = {
	only: { type: 'string', multiple: true },
	'both-ends': { type: 'boolean', default: false },
	mode: { type: 'string', default: 'socket' },
	// Written by nginx, not sent as a file: whoever looks at system calls does not see the bytes of sendfile.
	page: { type: 'string', default: '/copied/' },
	connections: { type: 'string', multiple: true },
	rounds: { type: 'string', default: '3' },
} as const;

/** What `sh test/bench/run.sh BENCH …` may be told: parts of the names of the rows to run, whose ends are watched, the mode, the page, the load. */
export function benchArguments(): BenchArguments {
	const { only = [''], connections = ['2', '64'], ...values } = valuesOf(process.argv.slice(2));
	return {
		wanted: (name) => only.some((part) => name.includes(part)),
		bothEnds: values['both-ends'],
		mode: values.mode,
		page: values.page,
		connections: connections.map(Number),
		rounds: Number(values.rounds),
	};
}

/** Ends the program with the usage where the arguments are wrong. */
function valuesOf(args: readonly string[]): ReturnType<typeof parse> {
	try {
		return parse(args);
	} catch (error) {
		console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
		process.exit(2);
	}
}

function parse(args: readonly string[]) {
	return parseArgs({ args, options: OPTIONS }).values;
}
