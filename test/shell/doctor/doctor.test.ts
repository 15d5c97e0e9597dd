import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CaptureChoice } from '../../../engine/capture/choose-mode.ts';
import { examine } from '../../../engine/shell/doctor/examine.ts';
import type { Machine } from '../../../engine/shell/doctor/machine.ts';
import { renderReport } from '../../../engine/shell/doctor/render.ts';
import { machine, OLD_BTF, TOO_OLD_BTF } from './machines.ts';

const WIDTH = 100;

const CASES: readonly (readonly [name: string, machine: Machine, possible: boolean, choice?: CaptureChoice])[] = [
	['everything is there', machine(), true],
	['an older kernel', machine({ btf: OLD_BTF, release: '6.1.0-18-amd64' }), true],
	['an older kernel, mode socket is asked for', machine({ btf: OLD_BTF, release: '6.1.0-18-amd64' }), false, 'socket'],
	['a kernel that is too old', machine({ btf: TOO_OLD_BTF, release: '5.10.0-32-amd64' }), false],
	[
		'no privileges, nothing built',
		machine({ capabilities: '0000000000000000', uid: 1000, built: [], clangVersion: () => null }),
		false,
	],
	[
		'no BTF, lockdown',
		machine({ btf: null, files: { '/sys/kernel/security/lockdown': 'none [confidentiality]' } }),
		false,
	],
	[
		'a container with a user namespace, no JIT',
		machine({
			links: { '/proc/self/ns/user': 'user:[4026532400]', '/proc/self/ns/pid': 'pid:[4026532402]' },
			files: { '/proc/sys/net/core/bpf_jit_enable': '0\n' },
		}),
		false,
	],
	[
		'a pid namespace without a /proc of its own',
		machine({
			links: { '/proc/self/ns/pid': 'pid:[4026532402]' },
			files: { '/proc/self/status': 'Uid:\t0\t0\t0\t0\nNSpid:\t17302\t2\nCapEff:\t000001ffffffffff\n' },
		}),
		true,
	],
	[
		'the verifier refuses',
		machine({ tryPrograms: () => "this kernel's verifier refused the capture programs" }),
		false,
	],
	['macOS', machine({ platform: 'darwin', arch: 'arm64', release: '24.0.0', btf: null }), false],
];

/** CIQ_UPDATE=1 writes the file anew: look at the difference before it is kept. */
const GOLDEN = join(import.meta.dirname, 'doctor.txt');

describe('doctor', () => {
	test('the reports of machines are as in doctor.txt', () => {
		const reports = CASES.map(([name, seen, , choice = 'auto']) => {
			const text = renderReport(examine(seen, choice), { width: WIDTH, color: false });
			return `##### ${name}\n\n${text}`;
		});
		const all = reports.join('\n');
		if (process.env.CIQ_UPDATE === '1') writeFileSync(GOLDEN, all);
		assert.equal(all, readFileSync(GOLDEN, 'utf8'));
	});

	for (const [name, seen, possible, choice = 'auto'] of CASES) {
		test(`is capture possible: ${name}`, () => {
			const report = examine(seen, choice);
			assert.equal(report.possible, possible);
			const missing = report.sections.flatMap(({ facts }) => facts.filter(({ state }) => state === 'missing'));
			assert.equal(missing.length > 0, !possible);
			for (const fact of missing) assert.ok(report.verdict.includes(fact.name), fact.name);
		});
	}

	test('every hook and function says what it is there for', () => {
		const hooks = examine(machine(), 'auto').sections.find(({ title }) => title === 'Hooks');
		assert.ok(hooks && hooks.facts.length > 15);
		for (const { name, says } of hooks.facts) assert.match(says, /^[a-z]/, name);
	});

	test('CAP_SYS_ADMIN alone is enough, CAP_BPF alone is not', () => {
		const possible = (capabilities: bigint) =>
			examine(machine({ uid: 1000, capabilities: capabilities.toString(16) }), 'auto').possible;
		assert.deepEqual([1n << 21n, 1n << 39n, (1n << 38n) | (1n << 39n)].map(possible), [true, false, true]);
	});

	test('programs are not tried where something is missing', () => {
		const tryPrograms = () => assert.fail('tried');
		examine(machine({ capabilities: '0', tryPrograms }), 'auto');
		examine(machine({ built: ['addon.node'], tryPrograms }), 'auto');
	});

	test('what the machine says of itself cannot act on the terminal', () => {
		const seen = machine({ release: '6.1\x1b[2J', clangVersion: () => 'clang\x07\u202e' });
		for (const width of [1, 60, 80, 200]) {
			const text = renderReport(examine(seen, 'auto'), { width, color: false });
			// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
			assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f\u202e]/);
			assert.match(text, /6\.1\\x1b\[2J/);
		}
	});

	test('lines keep to the width of the terminal', () => {
		for (const [, seen, , choice = 'auto'] of CASES) {
			for (const line of renderReport(examine(seen, choice), { width: 80, color: false }).split('\n')) {
				assert.ok(line.length <= 80, line);
			}
		}
	});
});
