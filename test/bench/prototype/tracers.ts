import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, start } from '../../support/tool.ts';
import { NOTHING_LOST, type Tracer } from '../tracer.ts';

/** What a request is at each end: it is received and answered, or sent and its answer received. */
const EVENTS = 2;

/** Compiles the programs and who reads their ring into a folder of its own. */
const build = (): string => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-bench-'));
	const source = (name: string) => join(import.meta.dirname, name);
	const bpf = ['-target', 'bpf', '-mcpu=v3', '-g', `-I${join(ROOT, 'bpf')}`, '-c', source('prototype.bpf.c')];
	execFileSync('clang', ['-O2', ...bpf, '-o', join(folder, 'prototype.bpf.o')]);
	execFileSync('clang', ['-O2', source('consumer.c'), '-lbpf', '-o', join(folder, 'consumer')]);
	return folder;
};

const tracer = (what: 'data' | 'stages', port: number, bothEnds: boolean): Tracer => ({
	name: `${what}, prototype`,
	usesBpf: true,
	async start() {
		const folder = build();
		const args = [join(folder, 'prototype.bpf.o'), String(port), what, bothEnds ? 'both' : 'server'];
		const tool = start(join(folder, 'consumer'), args);
		await tool.saw(/capturing/);
		return {
			pid: tool.pid,
			async stop(requests) {
				tool.child.kill('SIGINT');
				const { stderr } = await tool.finished;
				rmSync(folder, { recursive: true });
				const [, events, dropped] = /(\d+) events, (\d+) dropped/.exec(stderr) ?? [];
				const expected = requests * EVENTS * (bothEnds ? 2 : 1);
				if (dropped === '0' && Number(events) >= expected) return NOTHING_LOST;
				return `${dropped} dropped, ${events} events of ${expected}`;
			},
		};
	},
});

/** Capture at the sockets in its smallest form, read by a program in C that looks at nothing. */
export const prototypeTracers = (port: number, bothEnds: boolean): Tracer[] => [
	tracer('data', port, bothEnds),
	tracer('stages', port, bothEnds),
];
