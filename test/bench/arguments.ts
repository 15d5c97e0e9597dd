import { parseArgs } from 'node:util';

interface BenchArguments {
	/** Of the names of rows. */
	readonly wanted: (name: string) => boolean;
	readonly bothEnds: boolean;
	readonly mode: string;
	readonly page: string;
}

/** What `sh test/bench/run.sh BENCH …` may be told: a part of the names of the rows to run, whose ends are watched, the mode, the page. */
export function benchArguments(): BenchArguments {
	const { values } = parseArgs({
		options: {
			only: { type: 'string', default: '' },
			'both-ends': { type: 'boolean', default: false },
			mode: { type: 'string', default: 'socket' },
			// Written by nginx, not sent as a file: whoever looks at system calls does not see the bytes of sendfile.
			page: { type: 'string', default: '/copied/' },
		},
	});
	const { only, mode, page } = values;
	return { wanted: (name) => name.includes(only), bothEnds: values['both-ends'], mode, page };
}
