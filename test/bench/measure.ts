import { spawnSync } from 'node:child_process';

export const median = (values: readonly number[]): number => {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** User and system seconds of a whole process, by bash's `time` (getrusage); throws when the command fails. */
export function cpuSeconds(command: readonly string[]): { cpu: number; stdout: string } {
	const { status, stdout, stderr } = spawnSync(
		'bash',
		['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...command],
		{ encoding: 'utf8', maxBuffer: 1 << 28 },
	);
	const times = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(stderr);
	if (status !== 0 || !times) throw new Error(`${command.join(' ')} failed (${status}):\n${stderr}`);
	return { cpu: Number(times[1]) + Number(times[2]), stdout };
}

/** Medians over `rounds` rounds in which every command runs once, in turn: a drift of the machine hits all alike. */
export function cpuInTurn(commands: Record<string, readonly string[]>, rounds: number): Record<string, number> {
	const samples: Record<string, number[]> = {};
	for (let round = 0; round < rounds; round++) {
		for (const [name, command] of Object.entries(commands)) {
			samples[name] ??= [];
			samples[name].push(cpuSeconds(command).cpu);
		}
	}
	return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]));
}
