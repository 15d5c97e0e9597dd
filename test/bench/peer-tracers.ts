import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../support/tool.ts';
import { NOTHING_LOST, type Tracer } from './tracer.ts';

/** What an engineer would use instead; those that are not installed are named with the reason. */
export function peerTracers(port: number, nginxPids: readonly number[]): { peers: Tracer[]; absent: string[] } {
	const all = [tcpdump(port), bpftrace(nginxPids)];
	const installed = ({ name }: Tracer) => spawnSync(name.split(' ')[0], ['--version']).status === 0;
	return {
		peers: all.filter(installed),
		absent: all.filter((peer) => !installed(peer)).map(({ name }) => `${name}: skipped, it is not installed`),
	};
}

/** Much longer than a slice: a peer that hangs is killed, and its row tells of what it did not see. */
const LIMIT_MS = 20_000;

const outputFolder = () => mkdtempSync(join(tmpdir(), 'ciq-bench-'));

const tcpdump = (port: number): Tracer => ({
	name: 'tcpdump -w',
	usesBpf: false,
	async start() {
		const folder = outputFolder();
		// It would write as a user of its own, who may not enter the folder.
		const args = ['-Z', 'root', '-i', 'lo', '-w', join(folder, 'out.pcap'), 'tcp', 'port', String(port)];
		const tool = start('tcpdump', args, { limitMs: LIMIT_MS });
		await tool.saw(/listening on/);
		return {
			pid: tool.pid,
			async stop() {
				tool.child.kill('SIGINT');
				const { stderr } = await tool.finished;
				rmSync(folder, { recursive: true });
				const number = (of: string) => Number(new RegExp(`(\\d+) packets? ${of}`).exec(stderr)?.[1]);
				const dropped = number('dropped by kernel');
				return dropped === 0 ? NOTHING_LOST : `${dropped} of ${number('received by filter')} packets`;
			},
		};
	},
});

/** A line for each request, with the time until its answer was handed to the kernel. */
const requestLines = (pids: readonly number[]): string => {
	const ours = pids.map((pid) => `pid == ${pid}`).join(' || ');
	return `
tracepoint:syscalls:sys_enter_recvfrom /${ours}/ { @buf[tid] = args->ubuf; }
tracepoint:syscalls:sys_exit_recvfrom /(${ours}) && args->ret > 0/ { @start[tid] = nsecs; @head[tid] = str(@buf[tid], 64); }
tracepoint:syscalls:sys_enter_writev /(${ours}) && @start[tid]/ {
	printf("%d %s %d us\\n", pid, @head[tid], (nsecs - @start[tid]) / 1000);
	delete(@start[tid]);
}
BEGIN { printf("ready\\n"); }
`;
};

/** Tracepoints are looked up in a file system that not every machine has mounted: it is, for bpftrace alone. */
const OWN_DEBUGFS = ['--mount', 'sh', '-c', 'mount -t debugfs debugfs /sys/kernel/debug; exec "$@"', 'sh'];

const bpftrace = (pids: readonly number[]): Tracer => ({
	name: 'bpftrace script',
	usesBpf: true,
	async start() {
		const folder = outputFolder();
		const file = join(folder, 'out.txt');
		const output = openSync(file, 'w');
		const args = [...OWN_DEBUGFS, 'bpftrace', '-B', 'line', '-e', requestLines(pids)];
		const tool = start('unshare', args, { stdio: ['ignore', output, 'pipe'], limitMs: LIMIT_MS });
		closeSync(output);
		while (!readFileSync(file, 'utf8').includes('ready')) {
			if (tool.child.exitCode !== null || tool.child.signalCode !== null)
				throw new Error(`bpftrace ended: ${tool.stderr}`);
			await sleep(50);
		}
		return {
			pid: tool.pid,
			async stop(requests) {
				tool.child.kill('SIGINT');
				await tool.finished;
				const printed = readFileSync(file, 'utf8').match(/^\d+ GET /gm)?.length ?? 0;
				rmSync(folder, { recursive: true });
				if (printed >= requests) return NOTHING_LOST;
				return `${((1 - printed / requests) * 100).toFixed(1)}% of the requests are not printed`;
			},
		};
	},
});
