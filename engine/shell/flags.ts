import { CLASSIC_FLAGS } from './classic-flags.ts';
import type { Flag } from './flag.ts';

/** Flags that go with every kind of query. */
export const GENERAL_FLAGS = [
	{ name: 'execute', short: 'e', value: 'QUERY', doc: 'run this query', example: "-e 'watch http | head 5'" },
	{
		name: 'from',
		value: 'FILE',
		repeats: true,
		doc: 'read a recording, packet captures or logs of JSON lines instead of capturing; - is standard input',
		example: "watch http --from 'logs/*.pcap'",
	},
	{
		name: 'local',
		value: 'CIDR,…',
		repeats: true,
		doc: 'of packet captures: the ends in these networks are the observed ones',
		example: "--from x.pcap --local 10.0.0.0/8 -e 'watch http | slow by side'",
	},
	{
		name: 'record',
		value: 'FILE',
		doc: 'keep what is captured, whole, for later',
		example: "--record shop.ciqrec -e 'watch http | until 30s'",
	},
	{
		name: 'format',
		value: 'FORMAT',
		doc: 'how results are written, as behind `to`; without it a terminal gets tables and a pipe JSON',
		example: "--format csv -e 'watch http | head 5'",
	},
	{
		name: 'max-print-bytes',
		value: 'N',
		doc: 'of each message in `to detail`, 1024 without it',
		example: "--max-print-bytes 64 -e 'watch http | head 2 | to detail'",
	},
	{
		name: 'strict',
		doc: 'exit with status 4 when anything was lost',
		example: "--strict -e 'watch http | until 30s | slow'",
	},
	{
		name: 'capture-mode',
		value: 'auto|socket|syscall',
		doc: 'where live traffic is taken: at the sockets, or at system calls as older kernels need it',
		example: "--capture-mode syscall -e 'watch http | head 5'",
	},
	{
		name: 'print-query',
		doc: 'print the query that the command line stands for, and do nothing',
		example: 'stat http --slow --print-query',
	},
	{
		name: 'now',
		value: 'TIME',
		doc: 'what `now()` means in a file: 2026-01-02T03:04:05Z',
		example: "--now 2026-01-02T03:04:05Z --from shop.ciqrec -e 'watch http where ts > ago(5m)'",
	},
	{
		name: 'diagnostics',
		value: 'text|json',
		doc: 'how errors in a query are written',
		example: "--diagnostics json -e 'watch http'",
	},
	{ name: 'help', short: 'h', doc: 'this text', example: '--help' },
	{ name: 'version', short: 'V', doc: 'the version', example: '--version' },
] as const satisfies readonly Flag[];

export type GeneralFlag = (typeof GENERAL_FLAGS)[number]['name'];

export const ALL_FLAGS: readonly Flag[] = [...GENERAL_FLAGS, ...CLASSIC_FLAGS];

export const isGeneral = (name: string): name is GeneralFlag => GENERAL_FLAGS.some((flag) => flag.name === name);
