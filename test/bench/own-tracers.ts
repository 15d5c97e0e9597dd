import { LAUNCHER, start } from '../support/tool.ts';
import { NOTHING_LOST, type Tracer } from './tracer.ts';

/** What is asked of each request: its head, its body, one of its stages in the kernel, all of them. */
const QUESTIONS = {
	heads: '| stat count() by path',
	bodies: '| stat count(where response ~ "needle")',
	'socket time': '| stat count(), avg(socket_time) by path',
	stages: '| stat count(), avg(socket_time), avg(copy_time), avg(remote_time), max(rtt), sum(retransmits) by path',
};

/** claudeinsight with each question in each mode; `where` selects the traffic. */
export const ownTracers = (where: string): Tracer[] =>
	['socket', 'syscall'].flatMap((mode) =>
		Object.entries(QUESTIONS).map(([question, query]) => ({
			name: `${question}, ${mode}`,
			usesBpf: true,
			async start() {
				// The test support's `claudeinsight` would take the mode of the environment.
				const tool = start(LAUNCHER, [`--capture-mode=${mode}`, '-e', `watch http where ${where} ${query}`]);
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
		})),
	);
