/*
 * The floor of a capture: empty.ts QUERY attaches programs that do nothing where those for the query would be at the
 * sockets. Nobody who watches there can cost less.
 */
import { HOOKS, hooksFor } from '../../engine/capture/live-hooks.ts';
import { planOf } from '../support/query.ts';
import { attachEmpty } from './empty-programs.ts';
import { NOTHING_LOST } from './tracer.ts';

const [query = ''] = process.argv.slice(2);
const { demand } = await planOf(query);
const capture = attachEmpty([...HOOKS.socket.always, ...hooksFor('socket', demand)]);
// Nothing else would keep this process.
const life = setInterval(() => {}, 2 ** 30);
process.on('SIGINT', () => {
	capture.close();
	clearInterval(life);
	console.error(`looked at nothing, ${NOTHING_LOST}`);
});
console.error('capturing');
