/* What tracing costs nginx: requests per second with and without, in alternating slices of the same length. */
import { setTimeout as sleep } from 'node:timers/promises';
import { wrk } from '../support/load.ts';
import { startNginx } from '../support/nginx.ts';
import { claudeinsight } from '../support/tool.ts';
import { median } from './measure.ts';

const ROUNDS = 6;
const SECONDS = 2;

const nginx = await startNginx();
const queries = {
	'heads, count by path': `watch http where local_port == ${nginx.port} | stat count() by path`,
	bodies: `watch http where local_port == ${nginx.port} | stat count(where response ~ "needle")`,
};
for (const connections of [2, 64]) {
	const ratios: Record<string, number[]> = {};
	const lost: Record<string, Set<string>> = {};
	for (let round = 0; round < ROUNDS; round++) {
		const untraced = await wrk(nginx.port, '/', connections, SECONDS);
		for (const [name, query] of Object.entries(queries)) {
			const tool = claudeinsight(['-e', query]);
			await tool.saw(/capturing/);
			const traced = await wrk(nginx.port, '/', connections, SECONDS);
			await sleep(100);
			tool.child.kill('SIGINT');
			const { stderr } = await tool.finished;
			ratios[name] ??= [];
			ratios[name].push(traced / untraced);
			lost[name] ??= new Set();
			lost[name].add(/nothing lost/.test(stderr) ? 'nothing lost' : (stderr.trim().split('\n').at(-1) ?? ''));
		}
	}
	for (const [name, values] of Object.entries(ratios)) {
		const all = values.map((ratio) => ratio.toFixed(2)).join(' ');
		console.log(
			`${connections} connections, ${name}: traced/untraced ${median(values).toFixed(2)} (${all}); ${[...lost[name]].join(' | ')}`,
		);
	}
}
await nginx.stop();
