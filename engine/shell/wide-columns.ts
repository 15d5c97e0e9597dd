import { PROTOCOLS } from '../protocols/registry.ts';

/** What every exchange shows; a protocol has columns of its own. */
const COMMON = ['ts', 'protocol', 'side', 'comm', 'remote_ip', 'latency', 'req_size', 'resp_size'];

/** What stands behind a column where there is room for more. */
const BEHIND: Readonly<Record<string, readonly string[]>> = {
	comm: ['pid', 'local_ip', 'local_port'],
	remote_ip: ['remote_port'],
	latency: ['ttfb', 'transfer_time', 'outcome'],
	resp_size: ['conn'],
};

/** The columns of `-o wide` for a protocol, or for all. */
export const wideColumns = (protocol: string | undefined): readonly string[] =>
	(PROTOCOLS.find(({ name }) => name === protocol)?.columns ?? COMMON).flatMap((name) => [
		name,
		...(BEHIND[name] ?? []),
	]);
