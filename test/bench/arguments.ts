import { parseArgs } from 'node:util';

/** What `sh test/bench/run.sh BENCH …` may be told: a part of the names of the rows to run, whose ends are watched, the mode. */
export function benchArguments(): { wanted: (name: string) => boolean; bothEnds: boolean; mode: string } {
	const { values } = parseArgs({
		options: {
			only: { type: 'string', default: '' },
			'both-ends': { type: 'boolean', default: false },
			mode: { type: 'string', default: 'socket' },
		},
	});
	return { wanted: (name) => name.includes(values.only), bothEnds: values['both-ends'], mode: values.mode };
}
