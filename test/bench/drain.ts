/*
 * A capture whose events nobody looks at: drain.ts MODE QUERY. It takes what the query would be given out of the ring, and
 * throws it away: what tracing costs without the analysis.
 */
import { openLive } from '../../engine/capture/live.ts';
import { planOf } from '../support/query.ts';
import { NOTHING_LOST } from './tracer.ts';

const [mode, query = ''] = process.argv.slice(2);
const { demand } = await planOf(query);
const source = openLive({ demand, mode: mode === 'syscall' ? mode : 'socket' });
process.on('SIGINT', () => source.stop());
source.start(
	() => {},
	() => {
		const { ringFull, helperFailed, contended } = source.stats.lost;
		const lost = ringFull + helperFailed + contended;
		console.error(`drained, ${lost === 0n ? NOTHING_LOST : `lost: ${lost} events`}`);
		process.exit();
	},
);
console.error('capturing');
