import { BTF_PATH } from '../../../addon/btf.ts';
import type { Machine } from './machine.ts';
import type { Fact } from './report.ts';

/** Those that bpf/build.sh knows, by Node's names. */
const ARCHITECTURES = ['x64', 'arm64'];

function lockdown({ read }: Machine): Fact {
	const modes = read('/sys/kernel/security/lockdown');
	const mode = /\[(\w+)\]/.exec(modes ?? '')?.[1];
	if (mode === undefined) return { name: 'lockdown', state: 'note', says: 'this kernel tells of none' };
	if (mode !== 'confidentiality') return { name: 'lockdown', state: 'ok', says: mode };
	return {
		name: 'lockdown',
		state: 'missing',
		says: 'confidentiality: programs may not read memory of the kernel (kernel_lockdown(7))',
		mend: 'boot without lockdown=confidentiality; lockdown=integrity is no hindrance',
	};
}

function typeInformation({ btf }: Machine): Fact {
	if (btf !== null) return { name: 'BTF', state: 'ok', says: `${BTF_PATH}, ${(btf.length / 1e6).toFixed(1)} MB` };
	return {
		name: 'BTF',
		state: 'missing',
		says: `${BTF_PATH} is missing: without it programs cannot find the fields of the kernel`,
		mend: 'a kernel built with CONFIG_DEBUG_INFO_BTF=y, as those of most distributions are since 2021',
	};
}

function jit({ read }: Machine): Fact | null {
	if (read('/proc/sys/net/core/bpf_jit_enable')?.trim() !== '0') return null;
	return {
		name: 'BPF JIT',
		state: 'limited',
		says: 'off: programs are interpreted and cost the observed processes several times as much',
		mend: 'sysctl net.core.bpf_jit_enable=1',
	};
}

/** The kernel itself. */
export function kernelFacts(machine: Machine): Fact[] {
	const { platform, arch } = machine;
	if (platform !== 'linux') {
		const mend = 'run it on the Linux machine; its recordings and packet captures can be read here: --from FILE';
		return [{ name: 'system', state: 'missing', says: `${platform}: live capture needs Linux`, mend }];
	}
	const isKnown = ARCHITECTURES.includes(arch);
	const more = jit(machine);
	// That of node:os is of the kernel under which the snapshot was made.
	const release = machine.read('/proc/sys/kernel/osrelease')?.trim() ?? 'of an unknown release';
	return [
		{ name: 'release', state: 'ok', says: `Linux ${release}` },
		isKnown
			? { name: 'architecture', state: 'ok', says: arch }
			: { name: 'architecture', state: 'missing', says: `${arch}: there are programs for ${ARCHITECTURES.join(', ')}` },
		typeInformation(machine),
		lockdown(machine),
		...(more === null ? [] : [more]),
	];
}
