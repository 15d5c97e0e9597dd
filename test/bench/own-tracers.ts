import { join } from 'node:path';
import { LAUNCHER, type Running, start } from '../support/tool.ts';
import { NOTHING_LOST, type Tracer } from './tracer.ts';

/** What is asked of each request: its head, its body, one of its stages in the kernel, all of them. */
const QUESTIONS = {
	heads: '| stat count() by path',
	bodies: '| stat count(where response ~ "needle")',
	'socket time': '| stat count(), avg(socket_time) by path',
	stages: '| stat count(), avg(socket_time), avg(copy_time), avg(remote_time), max(rtt), sum(retransmits) by path',
};

const tracer = (name: string, begin: () => Running): Tracer => ({
	name,
	usesBpf: true,
	async start() {
		const tool = begin();
		await tool.saw(/capturing/);
		return {
			pid: tool.pid,
			async stop() {
				tool.child.kill('SIGINT');
				const { stderr } = await tool.finished;
				const last = stderr.trim().split('\n').at(-1) ?? '';
				return last.endsWith(NOTHING_LOST) ? NOTHING_LOST : last.replace(/^.* exchanges, /, '');
			},
		};
	},
});

const MODES = ['socket', 'syscall'];
const DRAIN = join(import.meta.dirname, 'drain.ts');
const EMPTY = join(import.meta.dirname, 'empty.ts');

/**
 * claudeinsight with each question in each mode, then of some the capture alone, and programs that do nothing; `where`
 * selects the traffic.
 */
export const ownTracers = (where: string): Tracer[] => {
	const queries = Object.entries(QUESTIONS).map(([name, rest]) => ({
		name,
		query: `watch http where ${where} ${rest}`,
	}));
	// The test support's `claudeinsight` would take the mode of the environment.
	const whole = MODES.flatMap((mode) =>
		queries.map(({ name, query }) =>
			tracer(`${name}, ${mode}`, () => start(LAUNCHER, [`--capture-mode=${mode}`, '-e', query])),
		),
	);
	const floors = queries
		.filter(({ name }) => name === 'heads' || name === 'stages')
		.flatMap(({ name, query }) => [
			tracer(`${name}, drained`, () => start(process.execPath, [DRAIN, 'socket', query])),
			tracer(`${name}, empty`, () => start(process.execPath, [EMPTY, query])),
		]);
	return [...whole, ...floors];
};
