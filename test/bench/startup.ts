/* Start-up: CPU of `-e` on a small recording over an empty Node of the same version. */
import { join } from 'node:path';
import { LAUNCHER, ROOT } from '../support/tool.ts';
import { cpuInTurn } from './measure.ts';

const ROUNDS = 15;
const recording = join(ROOT, 'examples/shop.ciqrec');
const main = [process.execPath, join(ROOT, 'dist/main.cjs')];
const records = ['-e', `from "${recording}" | head 1`];
const grouped = ['-e', `from "${recording}" http | stat by remote_ip slow 5s`];
const cpu = cpuInTurn(
	{
		empty: [process.execPath, '-e', '0'],
		head: [...main, ...records],
		stat: [...main, ...grouped],
		launcher: [LAUNCHER, ...records],
	},
	ROUNDS,
);
const over = (seconds: number) =>
	`${seconds.toFixed(3)} s, ${((seconds - cpu.empty) * 1000).toFixed(0)} ms over an empty node, ratio ${(seconds / cpu.empty).toFixed(2)}`;
console.log(`start-up on a small recording, CPU, median of ${ROUNDS}:`);
console.log(`  empty node                 ${cpu.empty.toFixed(3)} s`);
console.log(`  -e 'from … | head 1'       ${over(cpu.head)}`);
console.log(`  the same by the launcher   ${over(cpu.launcher)}`);
console.log(`  -e 'from … | stat … slow'  ${over(cpu.stat)}`);
